"""Reads the style files of the package, once."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Any

from pydantic import ValidationError

from .schema import Player, Style

_PACKAGE = "songwright.engines.native.styles"
_INSTRUMENTS = "instruments.toml"


class StyleError(ValueError):
    """A style file is wrong; the text names file and field."""


def read_style(name: str, text: str) -> Style:
    """Check one TOML text. Raises StyleError naming ``name`` and the field."""
    try:
        raw = _inherit(name, tomllib.loads(text))
        raw["players"] = [_complete(name, player) for player in raw.get("players", [])]
        return Style.model_validate(raw)
    except tomllib.TOMLDecodeError as error:
        raise StyleError(f"{name}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "style"
        raise StyleError(f"{name}: {field}: {first['msg']}") from error


def _inherit(name: str, raw: dict[str, Any]) -> dict[str, Any]:
    """A style with ``base = "rock"`` starts from that style; tables merge, lists and values replace."""
    base = raw.pop("base", None)
    if base is None:
        return raw
    parent = resources.files(_PACKAGE).joinpath(f"{base}.toml")
    if not parent.is_file():
        raise StyleError(f"{name}: base: there is no style {base!r}")
    return _merge(_inherit(f"{base}.toml", tomllib.loads(parent.read_text(encoding="utf-8"))), raw)


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    out = dict(below)
    for key, value in above.items():
        old = out.get(key)
        plain = key in ("patterns", "meters", "modes", "keys")
        out[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) and not plain else value
    return out


def _complete(name: str, player: dict[str, Any]) -> dict[str, Any]:
    """A player of a style file, filled up from the instrument it says it uses."""
    own = dict(player)
    use = own.pop("use", None)
    if use is None:
        return own
    if use not in _instrument_tables():
        raise StyleError(f"{name}: players: use: there is no instrument {use!r}")
    base = {k: v for k, v in _instrument_tables()[use].items() if k != "names"}
    mix = {**base.get("mix", {}), **own.pop("mix", {})}
    patterns = {**base.get("patterns", {}), **own.pop("patterns", {})}
    return {"id": use, **base, **own, "mix": mix, "patterns": patterns}


@functools.cache
def _instrument_tables() -> dict[str, dict[str, Any]]:
    text = resources.files(_PACKAGE).joinpath(_INSTRUMENTS).read_text(encoding="utf-8")
    return tomllib.loads(text)


@functools.cache
def instrument(instrument_id: str) -> Player:
    """A player as the instrument library knows it. Raises KeyError."""
    table = _instrument_tables()[instrument_id]
    return Player.model_validate({"id": instrument_id, **{k: v for k, v in table.items() if k != "names"}})


@functools.cache
def instrument_names() -> dict[str, str]:
    """Every word for an instrument (lower case) -> instrument id."""
    table: dict[str, str] = {}
    for ident, entry in _instrument_tables().items():
        for name in (ident.replace("_", " "), *entry["names"]):
            table.setdefault(name, ident)
    return table


@functools.cache
def style_ids() -> tuple[str, ...]:
    """Ids of all styles, sorted."""
    here = resources.files(_PACKAGE)
    return tuple(
        sorted(
            f.name.removesuffix(".toml") for f in here.iterdir() if f.name.endswith(".toml") and f.name != _INSTRUMENTS
        )
    )


@functools.cache
def style(style_id: str) -> Style:
    """The style with this id. Raises KeyError."""
    if style_id not in style_ids():
        raise KeyError(f"no style {style_id!r}; there are {', '.join(style_ids())}")
    name = f"{style_id}.toml"
    found = read_style(name, resources.files(_PACKAGE).joinpath(name).read_text(encoding="utf-8"))
    if found.id != style_id:
        raise StyleError(f"{name}: id: is {found.id!r}, not the file's name")
    return found


def all_styles() -> tuple[Style, ...]:
    """Every style, by id."""
    return tuple(style(i) for i in style_ids())


@functools.cache
def aliases() -> dict[str, str]:
    """Every name of every style (lower case) -> style id; more specific styles do not lose their first name."""
    table: dict[str, str] = {}
    for depth in (0, None):
        for found in all_styles():
            names = found.names[:1] if depth == 0 else found.names[1:]
            for name in names:
                table.setdefault(name, found.id)
    return table


def find(name: str) -> Style | None:
    """The style called ``name``, by id or any of its names."""
    wanted = name.strip().lower()
    ident = wanted.replace(" ", "_").replace("-", "_")
    if ident in style_ids():
        return style(ident)
    found = aliases().get(wanted)
    return style(found) if found else None
