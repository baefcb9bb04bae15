"""What can go wrong with words."""

from __future__ import annotations

_REMEDY = "Write it in Latin letters, Chinese characters or Japanese kana."


class UnsingableText(ValueError):
    """The text is written in a script no singer here can read. ``remedy`` says what else would help."""

    def __init__(self, script: str, sample: str, remedy: str = "") -> None:
        self.script = script
        self.sample = sample
        said = f"The lyrics hold {script} text ({sample!r}), which the singers cannot read."
        super().__init__(" ".join(part for part in (said, remedy, _REMEDY) if part))
