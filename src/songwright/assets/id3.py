"""ID3v2.4: title, style, tempo, key, cover and words inside the MP3."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from songwright.domain.performance import AlignedWord
from songwright.domain.style import Key

from .words import joined

_UTF8 = b"\x03"
_PADDING_BYTES = 512
_FRONT_COVER = b"\x03"
_MILLISECONDS, _LYRICS = b"\x02", b"\x01"
_LANGUAGES = {
    "ar": "ara", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "fi": "fin",
    "fr": "fra", "he": "heb", "hi": "hin", "hu": "hun", "id": "ind", "it": "ita", "ja": "jpn", "ko": "kor",
    "nl": "nld", "no": "nor", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sv": "swe", "th": "tha",
    "tr": "tur", "uk": "ukr", "vi": "vie", "zh": "zho",
}  # fmt: skip
_MINOR_MODES = ("minor", "dorian", "phrygian")


def language_code(language: str) -> str:
    """ISO 639-2 code of a BCP 47 tag; "XXX" (the standard's word for unknown) when there is none.

    >>> language_code("en-GB"), language_code("zh"), language_code("tlh")
    ('eng', 'zho', 'XXX')
    """
    return _LANGUAGES.get(language.replace("_", "-").split("-")[0].lower(), "XXX")


def initial_key(key: Key) -> str:
    """The key as TKEY wants it, at most three characters: minor-like modes as minor.

    >>> initial_key(Key.parse("Eb minor")), initial_key(Key.parse("G mixolydian"))
    ('Ebm', 'G')
    """
    return str(key).split()[0] + ("m" if key.mode in _MINOR_MODES else "")


def id3_tag(
    *,
    title: str,
    style: str = "",
    bpm: float | None = None,
    key: Key | None = None,
    date: str = "",
    language: str = "en",
    cover_jpeg: bytes = b"",
    lyrics: str = "",
    words: Sequence[AlignedWord] = (),
) -> bytes:
    """An ID3v2.4 tag to put before the first MP3 frame.

    ``date``: ISO 8601, only when the caller has one (no clock is read). ``lyrics``: plain text for USLT.
    ``words``: sung words for SYLT, one entry each, a line break before the first word of a line. Empty values
    leave their frame out.
    """
    text = {
        "TIT2": title,
        "TPE1": "Songwright",
        "TCON": style,
        "TBPM": "" if bpm is None else str(round(bpm)),
        "TKEY": "" if key is None else initial_key(key),
        "TDRC": date,
    }
    frames = [_frame(name, _UTF8 + _text(value)) for name, value in text.items() if value]
    if cover_jpeg:
        frames.append(_frame("APIC", b"\x00image/jpeg\x00" + _FRONT_COVER + b"\x00" + cover_jpeg))
    code = language_code(language).encode("ascii")
    if lyrics:
        frames.append(_frame("USLT", _UTF8 + code + b"\x00" + _text(lyrics)))
    if words:
        head = _UTF8 + code + _MILLISECONDS + _LYRICS + b"\x00"
        frames.append(_frame("SYLT", head + b"".join(_synchronised(words))))
    body = b"".join(frames)
    return b"ID3\x04\x00\x00" + synchsafe(len(body) + _PADDING_BYTES) + body + bytes(_PADDING_BYTES)


def synchsafe(value: int) -> bytes:
    """Four bytes of seven bits. Raises ValueError beyond 28 bits."""
    if not 0 <= value < 1 << 28:
        raise ValueError(f"{value} bytes do not fit an ID3 size (28 bits)")
    return bytes((value >> shift) & 0x7F for shift in (21, 14, 7, 0))


def _text(value: str) -> bytes:
    return value.replace("\x00", "").encode("utf-8", errors="replace")


def _frame(name: str, content: bytes) -> bytes:
    return name.encode("ascii") + synchsafe(len(content)) + b"\x00\x00" + content


def _synchronised(words: Sequence[AlignedWord]) -> Iterable[bytes]:
    for index, word in enumerate(words):
        before = "" if index == 0 else "\n" if word.line_start else joined(words[index - 1].text, word.text)
        yield _text(before + word.text) + b"\x00" + struct.pack(">I", round(max(0.0, word.start_s) * 1000))
