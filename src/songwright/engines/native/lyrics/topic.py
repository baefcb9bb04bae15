"""What a song is about: subject words, names, places and facts out of the request's own words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .dictionary import find
from .facts import AWAY, deed_of, object_of, told_of
from .topic_words import ASK, ASK_WORDS, CALENDAR, KIN, MASS, NAME, NO_GERUND, OWNERS, PET, PLACES, SMALL, VERBS


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """The subject of a song."""

    phrase: str = ""  # words of the subject, without the request around it
    noun: str = ""  # its main noun, with an article where one is needed: "the exam", "clean water", "Rex"
    bare: str = ""  # the same without the article
    name: str = ""  # a person sung to
    pet: str = ""  # a named creature or person told about: "my dog Rex"
    place: str = ""  # "in Lisbon"
    likes: str = ""  # "cats", of "who loves cats"
    clause: str = ""  # a whole statement of the request: "my dog Rex stole my sandwich"
    deed: str = ""  # what the person sung to did, said to them: "you moved to Lisbon"
    moved: bool = False  # that they went away
    object: str = ""  # a thing of theirs: "your red bicycle"
    head: str = ""  # the main noun alone, lower case
    words: tuple[str, ...] = ()  # content words, most telling first

    @property
    def stems(self) -> tuple[str, ...]:
        """What forms of the content words begin with."""
        return tuple(w.removesuffix("'s").removesuffix("s") for w in self.words if len(w) > 3)


def _tail(text: str) -> tuple[str, bool, str]:
    """The words after "write a song about"; whether they came after "for"; the words before "song"."""
    text = re.sub(r"\s+", " ", text.replace("’", "'")).strip(" .!?\"'")
    m = ASK.match(text)
    if m and m.end() and re.search(r"(?:song|tune|ballad|anthem|lullaby|hymn|lyrics|piece|rap|carol)", m[0], re.I):
        return text[m.end() :].strip(" :,-\"'"), bool(re.search(r"\bfor\s*$", m[0], re.I)), m[0]
    return text, text.lower().startswith("for "), ""


def is_plural(word: str) -> bool:
    """ "cats", "stars"; not "bus" or "physics"."""
    low = word.lower()
    if low in MASS or not low.endswith("s") or low.endswith(("ss", "us", "is")):
        return low in ("people", "children", "men", "women", "feet", "mice", "geese")
    return bool(find(low[:-1]) or find(low[:-2]) or find(f"{low[:-3]}y") or low.endswith("boys"))


def is_mass(word: str) -> bool:
    """A noun without "a" and without "the" when spoken of in general."""
    low = word.lower()
    return low in MASS or low.endswith(
        ("ness", "ism", "ship", "ing", "hood", "ology", "ics", "igration", "ivity", "ousy", "itude", "igence", "rayal")
    )


def _names(tail: str, is_for: bool) -> tuple[str, str]:
    """(the person sung to, the named creature told about), each "" if there is none."""
    pet = re.search(rf"\b((?:my|our|the|his|her)\s+{PET}\s+(?:named\s+|called\s+)?([A-Z]\w+))", tail)
    kin = f"(?:{'|'.join(sorted(KIN))})"
    m = re.search(rf"\b(?:my|our)\s+(?:best\s+|dear\s+)?(?:new\s+)?{kin}\s+(?:named\s+|called\s+)?({NAME})", tail)
    m = m or re.match(rf"({NAME})(?=\s*,|'s\b|\s+(?:who|my|and)\b|\s*$)", tail)
    m = m or re.search(rf"\b(?:for|named|called|dear|about)\s+({NAME})(?!\s+[A-Z][a-z]+\s+(?:Day|Eve))", tail)
    m = m or (re.match(rf"to\s+({NAME})", tail) if is_for else None)
    name = re.sub(r"'s$", "", m[1]) if m and m[1].lower() not in CALENDAR | PLACES else ""
    name = "" if is_plural(name) and find(name) else name
    if name and pet and pet[2] == name:
        name = ""
    return name, pet[1] if pet else ""


def _clause(tail: str) -> str:
    words = tail.split()
    at = next((i for i, w in enumerate(words[:6]) if w.lower() in VERBS), 0)
    starts = bool(words) and (
        words[0].lower() in ("my", "our", "the", "i", "we", "she", "he", "you") or words[0][0].isupper()
    )
    if at and starts and "who" not in words[:at] and 3 <= len(words) <= 11 and at < len(words) - 1:
        return re.split(r"[,;.]| because | but ", tail)[0].strip()
    return ""


def _is_verb(words: list[str], i: int) -> bool:
    """Whether a noun phrase ends before the word ``i``: "my dog stole", but "a lost dog"."""
    return (words[i].lower() in VERBS or words[i].endswith("ing")) and words[i - 1].lower() not in OWNERS


def _gerund(tail: str) -> str:
    """ "dancing with my wife", "taking it easy": something done, as the request says it; at most four words."""
    first = tail.split()[0].lower() if tail.split() else ""
    if not first.endswith("ing") or len(first) < 6 or first in NO_GERUND:
        return ""
    words = re.split(r"[,.;:!?]| and ", tail)[0].split()[:4]
    while len(words) > 1 and (words[-1].lower() in SMALL | {"it"} or words[-1].isdigit()):
        words.pop()
    return " ".join(words)


def _noun_phrase(tail: str, names: set[str]) -> tuple[str, str]:
    """(modifier + head, article wanted by the text) of the first noun phrase."""
    part = re.split(
        r"\s+(?:in|at|on|by|for|from|with|to|of|who|that|which|and|about|when|where|under|after|during)\s+|[,.;:!?]",
        tail,
    )
    for piece in part:
        words = [w for w in re.findall(r"[\w'-]+", piece)]
        owner = words[0].lower() if words and words[0].lower() in ("my", "our", "your", "his", "her", "their") else ""
        end = next((i for i in range(1, len(words)) if _is_verb(words, i)), len(words))
        kept = [w for w in words[:end] if w.lower() not in SMALL and w not in names]
        if kept and not (kept[0][0].isdigit() and len(kept) == 1):
            return " ".join(kept[-3:]), owner
    return "", ""


def read_topic(text: str) -> Topic:
    """The subject of a request. Never raises; an empty text gives an empty topic."""
    tail, is_for, ask = _tail(text)
    name, pet = _names(tail, is_for)
    place = re.search(r"\b(in|at|to|from|through|across)\s+((?:the\s+)?[A-Z][\wéáíóúãñ]+(?:\s+[A-Z]\w+)?)", tail)
    here = "" if not place or place[2].lower() in CALENDAR or place[2] == name else f"in {place[2]}"
    likes = re.search(
        r"\b(?:who|she|he|and)\s+(?:really\s+)?(?:loves?|likes?|adores?)\s+([\w' -]+?)(?:,|\.| and | but |$)", tail
    )
    named = {n for n in (name, pet.split()[-1] if pet else "") if n}
    phrase, owner = _noun_phrase(tail, {name} - {""})
    clause = _clause(tail)
    asked = [w for w in re.findall(r"[^\W\d_][\w'-]+", ask.lower()) if w not in ASK_WORDS]
    words = [w.strip("'-").lower() for w in re.findall(r"[^\W\d_][\w'-]+", tail)]
    drop = {"loves", "love", "likes", "like", "adores"} if likes else set()
    content = tuple(dict.fromkeys(w for w in [*asked, *words] if w not in SMALL and w not in drop))
    head = phrase.split()[-1] if phrase else ""
    noun, bare = _with_article(phrase, head, owner, named)
    if noun and noun == bare and is_plural(head) and re.match(rf"the\s+{re.escape(phrase)}\b", tail):
        noun = f"the {bare}"
    if pet and (not noun or pet.split()[-1].lower() in phrase.lower() or clause):
        noun = bare = pet.split()[-1]
    if name and (noun.lower() == name.lower() or not phrase or deed_of(tail)):
        noun = bare = ""
    if not name and not owner and (doing := _gerund(tail)):
        noun = bare = doing
    deed = deed_of(tail) if name or is_for else ""
    if not name and not deed and not clause:
        clause = told_of(tail)
    return Topic(
        deed=deed, moved=bool(deed and re.search(rf"\b(?:{AWAY})\b", deed)),
        object=object_of(tail, "your") if name or is_for else "",
        head="" if likes else head.lower(), phrase="" if name and name in _short(tail) else _short(tail), noun=noun,
        bare=bare, name=name, pet=pet, place=here, likes=likes[1].strip() if likes else "", clause=clause,
        words=content,
    )  # fmt: skip


_BARE = ("climate change", "tax season", "opening night")


def _with_article(phrase: str, head: str, owner: str, named: set[str]) -> tuple[str, str]:
    if not head or (find(head) is None and not is_plural(head)):
        if head and head[0].islower():
            return f"{owner or 'the'} {head}", head
        return head, head
    if head in named or (head[0].isupper() and head.lower() not in CALENDAR):
        return head, head
    words = phrase.split()
    short = " ".join(words[-2:]) if len(words) > 1 and len(words[-2]) + len(head) < 24 else head
    short = " ".join(w if w[0].isupper() else w.lower() for w in short.split())
    if len(words) > 1 and (words[-2].lower() in CALENDAR or short in ("climate change", "tax season", "opening night")):
        return short, short
    if head.lower() in CALENDAR or is_mass(head) or is_plural(head):
        text = head.capitalize() if head.lower() in CALENDAR else short
        return (f"{owner} {text}" if owner else text), text
    if words[-2:][0].endswith("ing") and len(words) > 1:  # "debugging code"
        return short, short
    if head.endswith("ed") or head.endswith("ly"):
        return "", ""
    return f"{owner or 'the'} {short}", short


def _short(tail: str) -> str:
    return re.split(r"[,.;:!?]| who | that | which | because ", tail)[0].strip()
