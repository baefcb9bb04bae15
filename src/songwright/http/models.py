"""The public models: what each name allows. The engine behind them is the same."""

from __future__ import annotations

from dataclasses import dataclass

from songwright.errors import BadRequest

DEFAULT_MODEL = "chirp-v4"
MAX_PROMPT_CHARS = 500
PLAYABLE_METERS = ("4/4", "3/4", "6/8", "2/4")
VARIETIES = ("off", "normal", "high", "extra", "max")


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelLimits:
    """Limits of one model name, in characters and seconds."""

    lyric_chars: int
    style_chars: int
    title_chars: int
    max_duration_s: float
    honours_gender: bool


_V3 = ModelLimits(lyric_chars=3000, style_chars=200, title_chars=80, max_duration_s=120.0, honours_gender=False)
_V4 = ModelLimits(lyric_chars=3000, style_chars=200, title_chars=80, max_duration_s=150.0, honours_gender=False)
_V45 = ModelLimits(lyric_chars=5000, style_chars=1000, title_chars=100, max_duration_s=240.0, honours_gender=True)
_V5 = ModelLimits(lyric_chars=5000, style_chars=1000, title_chars=100, max_duration_s=480.0, honours_gender=True)

MODELS: dict[str, ModelLimits] = {
    "chirp-v3": _V3,
    "chirp-v3-0": _V3,
    "chirp-v3-5": _V3,
    "chirp-v4": _V4,
    "chirp-v4-5": _V45,
    "chirp-v4-5-plus": _V5,
    "chirp-v5": _V5,
    "chirp-v5-5": _V5,
    "chirp-v6": _V5,
    "chirp-v6-wild": _V5,
    "chirp-v6-mini": _V5,
}
"""Names a client may ask for."""

ALIASES = {"chirp-auk": "chirp-v4-5", "chirp-v3.5": "chirp-v3-5", "chirp-ahi-stem-12-t1": DEFAULT_MODEL}
"""Names that answers of other servers carry and clients send back."""


def limits_of(name: object) -> tuple[str, ModelLimits]:
    """The name to echo and its limits; absent means the default. Raises BadRequest for an unknown name."""
    if name is None or name == "":
        return DEFAULT_MODEL, MODELS[DEFAULT_MODEL]
    if not isinstance(name, str) or (name not in MODELS and name not in ALIASES):
        raise BadRequest("model is invalid.")
    return name, MODELS[ALIASES.get(name, name)]
