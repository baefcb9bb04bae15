"""A voice as a recipe: everything a singer needs to sound like somebody, in one line of text."""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "recipe:"


@dataclass(frozen=True, kw_only=True, slots=True)
class VoiceRecipe:
    """A voice of the roster and how it is changed. Its text form is its id: plans keep nothing else.

    >>> VoiceRecipe(base="lyra", formant=1.04, breath=0.2).id
    'recipe:lyra,formant=1.04,breath=0.2'
    >>> VoiceRecipe.parse("recipe:lyra,formant=1.04,breath=0.2").formant
    1.04
    """

    base: str  # id of a voice of the roster
    formant: float = 1.0  # 0.8..1.25, times the base's: above 1 is a shorter vocal tract
    breath: float = 0.0  # 0..1, added to the base's
    shift: int = 0  # semitones, -7..7, that the comfortable range lies above the base's

    def __post_init__(self) -> None:
        if not self.base.replace("_", "").isalnum():
            raise ValueError(f"{self.base!r} is not the id of a voice")
        if not 0.8 <= self.formant <= 1.25:
            raise ValueError(f"formant {self.formant:g} lies outside 0.8..1.25")
        if not 0.0 <= self.breath <= 1.0:
            raise ValueError(f"breath {self.breath:g} lies outside 0..1")
        if not -7 <= self.shift <= 7:
            raise ValueError(f"shift {self.shift} lies outside -7..7 semitones")

    @property
    def id(self) -> str:
        """The canonical text; a voice that is not changed is its base's id."""
        changes = [
            f"{name}={value:g}"
            for name, value, usual in (
                ("formant", self.formant, 1.0),
                ("breath", self.breath, 0.0),
                ("shift", self.shift, 0),
            )
            if value != usual
        ]
        return f"{PREFIX}{','.join([self.base, *changes])}" if changes else self.base

    @classmethod
    def parse(cls, text: str) -> VoiceRecipe:
        """Read :attr:`id`. Raises ValueError naming what is wrong."""
        base, *changes = text.removeprefix(PREFIX).split(",")
        fields: dict[str, float] = {}
        for change in changes:
            name, equals, value = change.partition("=")
            if not equals or name not in ("formant", "breath", "shift"):
                raise ValueError(f"{change!r} is no part of a voice recipe")
            try:
                fields[name] = float(value)
            except ValueError as error:
                raise ValueError(f"{change!r} is no part of a voice recipe") from error
        shift = int(fields.pop("shift", 0))
        return cls(base=base, shift=shift, **fields)
