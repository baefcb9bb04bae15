"""Takes everything that is not words out of a pasted text: HTML, markdown, chords, time stamps."""

from __future__ import annotations

import html
import re

_CHORD = r"[A-G][#b♯♭]?(?:m|min|maj|dim|aug|sus|add|M)?\d{0,2}(?:sus\d|add\d+|maj\d+)?(?:/[A-G][#b]?)?"
_CHORDS_ONLY = re.compile(rf"(?:\|?\s*{_CHORD}[\s|]+)+{_CHORD}\s*\|?")
_INLINE_CHORD = re.compile(rf"\[{_CHORD}\]")
_TIME_STAMP = re.compile(r"[\[<]\d{1,2}:\d{2}(?:[.:]\d{1,3})?[\]>]")
_BLOCKS = re.compile(r"<\s*(?:br|/p|/div|/li|/h\d|hr)\s*/?\s*>", re.I)
_ELEMENT = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>|<!--.*?-->", re.S)
_SCRIPT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.I | re.S)
_ESCAPED_BREAK = re.compile(r"\\+r\\+n|\\+n|\\+r(?![a-z])")


def unescape_breaks(text: str) -> str:
    """Backslash-n as two characters, CRLF, CR and Unicode separators as real line breaks."""
    text = _ESCAPED_BREAK.sub("\n", text).replace("\\t", " ")
    return re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]", "\n", text)


def strip_markup(text: str) -> str:
    """Plain text with one line per line of song."""
    text = unescape_breaks(text)
    if "<" in text:
        text = _ELEMENT.sub("", _BLOCKS.sub("\n", _SCRIPT.sub("", text)))
    return html.unescape(text).replace("\u200b", "").replace("\ufeff", "")


def is_rule(line: str) -> bool:
    """A code fence, a separator, or a row of chord names: nothing to sing."""
    bare = line.strip()
    if bare.startswith("```") or re.fullmatch(r"[-=_*~#|+.\s]{3,}", bare):
        return True
    return _CHORDS_ONLY.fullmatch(bare) is not None


def clean_line(line: str) -> str:
    """One line without list bullets, emphasis, chords and time stamps. Brackets of tags stay."""
    line = _TIME_STAMP.sub("", _INLINE_CHORD.sub("", line.replace("【", "[").replace("】", "]"))).strip()
    line = line.replace("［", "[").replace("］", "]")
    line = re.sub(r"^(?:>+|[-*•·–]\s)\s*", "", line)
    line = re.sub(r"(\*\*|__)(.+?)\1", r"\2", line)
    line = re.sub(r"(?<!\w)[*_](\S(?:.*?\S)?)[*_](?!\w)", r"\1", line)
    return re.sub(r"\s+", " ", line).strip()


_BREAKS = (r"(?<=[.!?;。！？；…])\s*(?=\S)", r"(?<=[,:，、：—–])\s*(?=\S)",
           r"\s+(?=(?:and|but|or|so|because|when|while|that|y|pero|que|et|mais|e|ma)\s)")  # fmt: skip


def split_long(line: str, *, max_words: int = 13, max_chars: int = 64) -> list[str]:
    """A line too long for one breath, cut at punctuation, before a conjunction, or at the middle."""
    dense = sum("\u3000" < c < "\uffff" for c in line) * 2 > len(line)
    if dense:
        max_chars = 14
    if len(line) <= max_chars and len(line.split()) <= max_words:
        return [line]
    for pattern in _BREAKS:
        cuts = [m.start() for m in re.finditer(pattern, line) if 0 < m.start() < len(line)]
        if cuts:
            cut = min(cuts, key=lambda c: abs(c - len(line) / 2))
            if min(cut, len(line) - cut) >= min(8, len(line) // 5):
                return _halves(line, cut, max_words, max_chars)
    spaces = [m.start() for m in re.finditer(r"\s", line)]
    if spaces:
        return _halves(line, min(spaces, key=lambda c: abs(c - len(line) / 2)), max_words, max_chars)
    return _halves(line, len(line) // 2, max_words, max_chars)


def _halves(line: str, cut: int, max_words: int, max_chars: int) -> list[str]:
    out: list[str] = []
    for half in (line[:cut].strip(), line[cut:].strip()):
        if half:
            out += [half] if half == line else split_long(half, max_words=max_words, max_chars=max_chars)
    return out
