"""A drummer's own touches on a groove of the genre: a kick more or less, ghost notes, an open hat. One set per song."""

from __future__ import annotations

import re

from ..styles.schema import Groove
from .setting import Setting

_BAR = 16
_FREE_KICKS = (3, 6, 7, 10, 11, 13, 14, 15)
_GHOSTS = ((), (7,), (9,), (15,), (7, 9), (9, 15), (6,), (1,))
_FIGURES = ("..5.....5.....5.", "...5..5....5..5.", "......5...5.....", "..4...5.4...5...", ".......5..5.....")
_HATS = ("", "open 6", "open 14", "late 3", "late 7", "late 11", "late 15", "open 10")


def with_touches(setting: Setting, groove: Groove) -> Groove:
    """The groove as this song's drummer plays it; grooves of level 0 and of other meters stay as they are written."""
    if groove.level == 0 or groove.meter not in ("", "4/4"):
        return groove
    rows = (row.strip().partition(" ") for row in re.split(r"[;\n]", groove.grid) if row.strip())
    lines = {name: list(re.sub(r"[\s|/]", "", cells)) for name, _, cells in rows}
    if any(len(cells) % _BAR for cells in lines.values()):
        return groove
    _kick(setting, groove, lines)
    _ghosts(setting, lines)
    _hats(setting, lines)
    return groove.model_copy(update={"grid": "; ".join(f"{name} {''.join(cells)}" for name, cells in lines.items())})


def _kick(setting: Setting, groove: Groove, lines: dict[str, list[str]]) -> None:
    """One kick more between the beats, or one less; four on the floor stays."""
    cells = lines.get("K")
    if cells is None:
        return
    if "." not in cells[:_BAR:4]:
        _beside_the_kick(setting, lines)
        return
    snares = lines.get("S", ["."] * len(cells))
    around = {i: {cells[i - 1], cells[(i + 1) % _BAR], snares[i]} for i in _FREE_KICKS}
    free = [i for i in _FREE_KICKS if cells[i] == "." and around[i] == {"."}]
    spare = [i for i in range(2, _BAR) if i != 8 and cells[i] != "."]
    choices = ["", *(f"+{i}" for i in free), *(f"-{i}" for i in spare if len(spare) > 1)]
    choice = choices[setting.turn(len(choices), "touches", "kick", groove.level)]
    if choice:
        at = int(choice[1:])
        for start in range(0, len(cells), _BAR):
            cells[start + at] = "7" if choice[0] == "+" else "."


def _beside_the_kick(setting: Setting, lines: dict[str, list[str]]) -> None:
    """A figure of rim, shaker or wood block between the beats of four on the floor."""
    choices = [("", ""), *((name, figure) for name in ("X", "SH", "WB") for figure in _FIGURES if name not in lines)]
    name, figure = choices[setting.turn(len(choices), "touches", "beside")]
    if name and setting.style.drums.percussion_mix:
        lines[name] = list(figure * (len(lines["K"]) // _BAR))


def _ghosts(setting: Setting, lines: dict[str, list[str]]) -> None:
    """Soft strokes on the snare, where it has a back-beat and room."""
    cells = lines.get("S")
    if cells is None or cells.count(".") < len(cells) * 3 // 4:
        return
    for at in _GHOSTS[setting.turn(len(_GHOSTS), "touches", "ghosts")]:
        for start in range(0, len(cells), _BAR):
            if cells[start + at] == ".":
                cells[start + at] = "3"


def _hats(setting: Setting, lines: dict[str, list[str]]) -> None:
    """An eighth played open, or a sixteenth before a beat."""
    cells = lines.get("H")
    touch = _HATS[setting.turn(len(_HATS), "touches", "hats")]
    if cells is None or not touch:
        return
    what, at = touch.split()[0], int(touch.split()[1])
    opened = lines.get("O", ["."] * len(cells))
    for start in range(0, len(cells), _BAR):
        if what == "late" and cells[start + at] == ".":
            cells[start + at] = "4"
        elif what == "open" and cells[start + at] != "." and len(opened) == len(cells):
            opened[start + at], cells[start + at] = cells[start + at], "."
    if any(c != "." for c in opened):
        lines["O"] = opened
