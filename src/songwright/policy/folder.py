"""The operator's lists, read from a folder."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from songwright.domain.audio import F32

from .acoustic import Registry, fingerprint
from .lyrics import LyricIndex
from .terms import Terms

MAGIC = b"SWFP1"
AUDIO = "registered_audio"
LYRICS = "copyrighted_lyrics"


class PolicyFileError(ValueError):
    """A list cannot be read; the message names file and line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lists:
    """Everything one folder says; empty by default."""

    artist_names: Terms = field(default_factory=lambda: Terms(()))
    producer_tags: Terms = field(default_factory=lambda: Terms(()))
    blocked_words: Terms = field(default_factory=lambda: Terms(()))
    flagged_words: Terms = field(default_factory=lambda: Terms(()))
    flagged_patterns: tuple[re.Pattern[str], ...] = ()
    lyrics: LyricIndex = field(default_factory=lambda: LyricIndex({}))
    recordings: Registry = field(default_factory=lambda: Registry({}))


def read_lists(folder: Path) -> Lists:
    """Read every list of the folder; a missing file is an empty list. Raises PolicyFileError."""
    if not folder.is_dir():
        raise PolicyFileError(f"{folder}: the policy folder does not exist")
    lists = {
        name: Terms(entry for _, entry in _entries(folder / f"{name}.txt"))
        for name in ("artist_names", "producer_tags", "blocked_words", "flagged_words")
    }
    songs = {path.stem: _text(path) for path in sorted((folder / LYRICS).glob("*.txt"))}
    prints = dict(_read_print(path) for path in sorted((folder / AUDIO).glob("*.fp")))
    patterns = tuple(_pattern(folder / "flagged_patterns.txt"))
    return Lists(flagged_patterns=patterns, lyrics=LyricIndex(songs), recordings=Registry(prints), **lists)


def stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, change time and size of every file of the folder: differs when a list may have changed."""
    paths = [*folder.glob("*.txt"), *(folder / LYRICS).glob("*.txt"), *(folder / AUDIO).glob("*.fp")]
    return tuple((str(p), (s := p.stat()).st_mtime_ns, s.st_size) for p in sorted(paths))


def register(audio: F32, name: str, *, folder: Path, sample_rate_hz: int = 48_000) -> Path:
    """Write the fingerprint of a recording under the policy folder; the file that was written.

    Raises ValueError for an empty name or a recording under 8 s, which could never match.
    """
    name = " ".join(name.split())
    data = fingerprint(audio, sample_rate_hz=sample_rate_hz)
    if not name:
        raise ValueError("the recording needs a name")
    if audio.shape[0] < 8.5 * sample_rate_hz:
        raise ValueError("the recording is shorter than 8.5 s and could not be recognised")
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40]
    path = folder / AUDIO / f"{slug or 'audio'}-{sha256(name.encode()).hexdigest()[:8]}.fp"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(MAGIC + b"\n" + name.encode() + b"\n" + data)
    part.replace(path)
    return path


def _text(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PolicyFileError(f"{path}, line {line}: not UTF-8 text") from error


def _entries(path: Path) -> list[tuple[int, str]]:
    """Line numbers and entries; '#' at the start of a line or after a space begins a comment."""
    if not path.exists():
        return []
    found = [(n, re.split(r"(?:^|\s)#", line)[0].strip()) for n, line in enumerate(_text(path).splitlines(), start=1)]
    for number, entry in found:
        if entry and not re.search(r"\w", entry):
            raise PolicyFileError(f"{path}, line {number}: {entry!r} has no letter or digit")
    return [(number, entry) for number, entry in found if entry]


def _pattern(path: Path) -> list[re.Pattern[str]]:
    found = []
    for number, entry in _entries(path):
        try:
            found.append(re.compile(entry, re.IGNORECASE))
        except re.error as error:
            raise PolicyFileError(f"{path}, line {number}: not a regular expression: {error}") from error
    return found


def _read_print(path: Path) -> tuple[str, bytes]:
    magic, _, rest = path.read_bytes().partition(b"\n")
    name, _, data = rest.partition(b"\n")
    if magic != MAGIC or not data or len(data) % 5:
        raise PolicyFileError(f"{path}, line 1: not a fingerprint made by 'songwright policy add-audio'")
    return name.decode("utf-8", errors="replace"), data
