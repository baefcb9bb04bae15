"""Write the table of all genres into docs/genres.md. Run ``python scripts/genres.py``."""

from __future__ import annotations

from pathlib import Path

from songwright.engines.native.styles import Style, all_styles

PAGE = Path(__file__).parents[1] / "docs" / "genres.md"
START, END = "<!-- table of genres: written by scripts/genres.py -->", "<!-- end of the table -->"
KITS = {
    0: "standard",
    8: "room",
    16: "power",
    24: "electronic",
    25: "TR-808",
    32: "jazz",
    40: "brushes",
    48: "orchestra",
}
SHOWN = 6
"""Instruments named per genre."""


def row(style: Style) -> str:
    """One line of the table."""
    tempo = f"{style.bpm.low:.0f}-{style.bpm.high:.0f} ({style.bpm.median:.0f})"
    meters = ", ".join(sorted(style.meters, key=lambda m: -style.meters[m]))
    players = sorted(style.players, key=lambda p: -p.prominence)
    instruments = ", ".join(list(dict.fromkeys(p.id.replace("_", " ") for p in players))[:SHOWN])
    kit = style.drums.kit if style.drums.grooves else None
    beat = "none" if kit is None else kit.patch or KITS[kit.program]
    modes = ", ".join(sorted(style.modes, key=lambda m: -style.modes[m])[:2])
    return f"| {style.names[0]} | `{style.id}` | {tempo} | {meters} | {modes} | {beat} | {instruments} |"


def table() -> str:
    """The whole table, one row per style, by name."""
    head = "| Genre | File | Tempo (median) | Meters | Modes | Drums | Instruments |\n|---|---|---|---|---|---|---|"
    return "\n".join([head, *(row(style) for style in sorted(all_styles(), key=lambda s: s.names[0]))])


def written(page: str) -> str:
    """The page with the table between its marks. Raises ValueError when they are missing."""
    before, found, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not found or not end:
        raise ValueError(f"the page has no {START!r} and {END!r}")
    return f"{before}{START}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
