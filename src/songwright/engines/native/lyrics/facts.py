"""Facts a request tells of somebody: what they did, and what is theirs."""

from __future__ import annotations

import re

from .pronounce import syllabify_line
from .topic_words import NO_OBJECT, PREPOSITIONS, VERBS

AWAY = "moved?|left|leave|went|go|flew|fly|sailed|sail|emigrated"
_BASE = {"has": "have", "is": "are", "was": "were", "does": "do", "goes": "go"}
_WHO = re.compile(r"\b(?:who|she|he)\s+([a-z][^,.;!?]*?)(?=\s+(?:because|but|and|while|when)\b|[,.;!?]|$)", re.I)
_FEW = 8
"""Most syllables of a statement that a line can hold beside its own words."""


def deed_of(tail: str) -> str:
    """A "who" clause turned to the person it tells of: "who moved to Lisbon" is "you moved to Lisbon"."""
    found = _WHO.search(tail)
    if not found:
        return ""
    verb, *rest = found[1].split()
    low = verb.lower()
    if low in _BASE:
        verb = _BASE[low]
    elif low in VERBS and low.endswith("s") and low not in ("was", "kiss", "miss"):
        verb = _bare_verb(low)
    elif low not in VERBS and not low.endswith("ed"):
        if not low.endswith("s") or low.endswith("ss"):
            return ""
        verb = _bare_verb(low)
    said = " ".join(["you", verb, *rest])
    said = re.sub(r"\b(?:her|his|their)\b", "your", said)
    said = re.sub(r"\b(?:herself|himself)\b", "yourself", said)
    return _cut(said)


def _bare_verb(verb: str) -> str:
    """The base of a third person: "fixes" is "fix", "carries" is "carry"."""
    if verb.endswith("ies") and len(verb) > 4:
        return verb[:-3] + "y"
    if verb.endswith(("xes", "shes", "ches", "sses", "zzes")):
        return verb[:-2]
    return verb[:-1]


def _cut(said: str) -> str:
    """The statement, shortened before a preposition until a line can hold it; "" when it cannot be."""
    while True:
        line = syllabify_line(said)
        words = said.split()
        if line is not None and len(line.syllables) <= _FEW and len(words) >= 3:
            return said
        at = max((i for i, w in enumerate(words) if w.lower() in PREPOSITIONS and i > 1), default=0)
        if not at:
            return ""
        said = " ".join(words[:at])


def told_of(tail: str) -> str:
    """A "who" clause of somebody told about: "a robot who learns to love" is "a robot learns to love"."""
    found = re.match(r"((?:an?|the|my|our|two|three)\s+(?:[a-z'-]+\s+){1,3}?)who\s+(\w+)\s+([^,.;!?]*)", tail, re.I)
    if not found or not (found[2].lower() in VERBS or found[2].endswith(("s", "ed"))):
        return ""
    return _cut(f"{found[1].strip()} {found[2]} {found[3]}")


def object_of(tail: str, owner: str) -> str:
    """A thing the person of the request has, with its new owner: "her red bicycle" is "your red bicycle"."""
    for found in re.finditer(r"\b(?:her|his|their)\s+((?:[a-z'-]+\s+){0,2}?[a-z'-]+)(?=\s+(?:in|at|on|to|from|by|for|"
                             r"and|with|behind|under|when|because)\b|[,.;!?]|$)", tail):  # fmt: skip
        if found[1].split()[-1] not in NO_OBJECT:
            return f"{owner} {found[1]}"
    return ""
