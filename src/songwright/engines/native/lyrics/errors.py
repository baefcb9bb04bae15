"""What can go wrong with words."""

from __future__ import annotations


class UnsingableText(ValueError):
    """The text is written in a script no singer here can read."""

    def __init__(self, script: str, sample: str) -> None:
        self.script = script
        self.sample = sample
        super().__init__(
            f"The lyrics hold {script} text ({sample!r}), which the singers cannot read. "
            "Write it in Latin letters, Chinese characters or Japanese kana."
        )
