"""The letters of cover titles: Pillow's own font, and Noto Sans (npm packages) for what that one lacks.

A family comes cut in slices, each a WOFF2 file for some characters; ``unicode.json`` of the package says which.
Scripts whose letters must be joined or reordered (Arabic, Devanagari, Thai...) are left to no font: letters are drawn
one by one here.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image, ImageFont

PACKAGES = Path("node_modules/@fontsource-variable")
WEIGHT = 500  # of 100..900; letters get a thin stroke on top
SHAPED_SLICES = frozenset({"devanagari"})
_MISSING = "\U0010fffd"  # no font has it


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """One font; ``folder`` is its npm package, None for the font Pillow carries."""

    name: str
    folder: Path | None = None

    def font(self, char: str, size_px: int) -> ImageFont.FreeTypeFont | None:
        """The font that draws ``char``, or None when this family has no such letter."""
        return self.unchecked(char, size_px) if _draws(self, char) else None

    def unchecked(self, char: str, size_px: int) -> ImageFont.FreeTypeFont | None:
        """The font that should have ``char``: its box for missing letters is not looked for."""
        if self.folder is None:
            return _own(size_px)
        path = _slice_of(self.folder, ord(char))
        return None if path is None else _loaded(path, size_px)


OWN = Family(name="own")


@lru_cache(maxsize=64)
def _own(size_px: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size=size_px)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("this Pillow was built without FreeType; install Pillow from a wheel")
    return font


def ascent_px(size_px: int) -> int:
    """From the top of a line to the feet of its letters."""
    return _own(size_px).getmetrics()[0]


@lru_cache(maxsize=256)
def _loaded(path: Path, size_px: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(path, size_px)
    font.set_variation_by_axes([WEIGHT])
    return font


@lru_cache(maxsize=4096)
def _draws(family: Family, char: str) -> bool:
    """Whether there is a letter and not the box for missing ones."""
    font = family.unchecked(char, 40)
    if font is None:
        return False
    drawn = font.getmask(char)
    return char.isspace() or (drawn.getbbox() is not None and _dots(drawn) != _dots(font.getmask(_MISSING)))


def _dots(mask: Image.core.ImagingCore) -> bytes:
    return bytes(mask)  # pyright: ignore[reportArgumentType] - a sequence, which the stub does not say


@cache
def _slices(folder: Path) -> dict[int, str]:
    """For each code point of a package the slice that has it; the first where several do."""
    found: dict[int, str] = {}
    for name, text in json.loads((folder / "unicode.json").read_text(encoding="utf-8")).items():
        if name in SHAPED_SLICES:
            continue
        for span in text.split(","):
            first, _, last = span.strip().removeprefix("U+").partition("-")
            for code in range(int(first, 16), int(last or first, 16) + 1):
                found.setdefault(code, name.strip("[]"))
    return found


def _slice_of(folder: Path, code: int) -> Path | None:
    name = _slices(folder).get(code)
    return None if name is None else folder / "files" / f"{folder.name}-{name}-wght-normal.woff2"


@cache
def installed(root: Path) -> dict[str, Family]:
    """The families of the npm packages below ``root``, by the end of their name ("sans", "sc", "jp", "kr")."""
    folders = sorted((root / PACKAGES).glob("noto-sans*/unicode.json"))
    return {f.parent.name.rpartition("-")[2]: Family(name=f.parent.name, folder=f.parent) for f in folders}


def roots() -> tuple[Path, ...]:
    """Where packages may be: the project's folder and the current one."""
    return Path(__file__).resolve().parents[4], Path.cwd()


def families(text: str) -> tuple[Family, ...]:
    """Families for ``text``: first the one that has most of its letters, then those to ask for the others."""
    known = next((found for root in roots() if (found := installed(root))), {})
    order = [OWN, *(known[name] for name in ("sans", *_eastern(text)) if name in known)]
    letters = [c for c in text if not c.isspace()]
    return tuple(sorted(order, key=lambda family: sum(family.font(c, 40) is None for c in letters)))


def _eastern(text: str) -> tuple[str, ...]:
    """Han characters look different in China, Japan and Korea; the letters beside them tell where they are."""
    names = {unicodedata.name(c, "").partition(" ")[0] for c in text}
    if names & {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}:
        return ("jp", "sc", "kr")
    return ("kr", "sc", "jp") if "HANGUL" in names else ("sc", "jp", "kr")
