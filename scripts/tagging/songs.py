"""Songs to listen to: from pages of ``songwright evaluate --report``, or sound files."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

PLAYER = re.compile(r'<audio\b[^>]*\bsrc="data:audio/mpeg;base64,([^"]*)"')
NAME = re.compile(r"<p class='kicker'>([^<]*)</p>")
GENRE = re.compile(r"<li><b>([^<]*)</b>genre</li>")


@dataclass(frozen=True, kw_only=True)
class Song:
    name: str
    genre: str | None  # a style's id; None when nobody said
    sound: bytes  # an encoded file


def song_of_page(page: str, name: str) -> Song:
    """The MP3 in a page of ``songwright evaluate --report``, with the name and genre that it shows.

    Raises ValueError when the page holds no sound.
    """
    found = PLAYER.search(page)
    if found is None:
        raise ValueError(f"{name}: the page has no MP3 in it")
    try:
        sound = base64.b64decode(found[1], validate=True)
    except binascii.Error as error:
        raise ValueError(f"{name}: the page's MP3 cannot be read: {error}") from error
    title, genre = NAME.search(page), GENRE.search(page)
    return Song(
        name=html.unescape(title[1]) if title else name,
        genre=html.unescape(genre[1]).replace(" ", "_") if genre else None,
        sound=sound,
    )


def songs_in(paths: Iterable[Path], genres: Mapping[str, str]) -> Iterator[Song]:
    """Songs of pages, sound files and folders with pages (by name). A genre of ``genres`` wins over the page's."""
    for path in paths:
        if path.is_dir():
            yield from songs_in(sorted(path.glob("*.html")), genres)
            continue
        if path.suffix == ".html":
            song = song_of_page(path.read_text(encoding="utf-8"), path.stem)
        else:
            song = Song(name=path.stem, genre=None, sound=path.read_bytes())
        yield replace(song, genre=genres.get(song.name, song.genre))


def genres_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Genre by song: of an evaluation's JSON, or of a plain table."""
    if "songs" in document:
        return {row["name"]: row["genre"] for row in document["songs"] if "genre" in row}
    return dict(document)
