"""The brief: what the words of a request were understood to mean."""

from __future__ import annotations

from dataclasses import dataclass, field

from .action import VoiceGender
from .time import Meter

PITCH_CLASSES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_NAMED = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
}

FIVE_TONE: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 7, 9),
    "lydian": (0, 2, 4, 7, 9),
    "mixolydian": (0, 2, 5, 7, 9),
    "dorian": (0, 2, 5, 7, 10),
    "minor": (0, 3, 5, 7, 10),
    "phrygian": (0, 3, 5, 8, 10),
}
"""The five modes of the scale without semitones (gong, zhi, shang, yu, jue), by the seven-note mode they lie in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """Tonic and mode.

    >>> str(Key.parse("a minor")), str(Key.parse("F#")), str(Key.parse("Bbm"))
    ('A minor', 'F# major', 'Bb minor')
    """

    tonic_pc: int  # 0..11, C = 0
    mode: str = "major"  # a key of MODES

    def __post_init__(self) -> None:
        if not 0 <= self.tonic_pc <= 11 or self.mode not in MODES:
            raise ValueError(f"no key with tonic {self.tonic_pc} and mode {self.mode!r}")

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read "A minor", "Ebm", "F sharp dorian". Raises ValueError."""
        words = text.strip().replace("♯", "#").replace("♭", "b").split()
        if not words or words[0][0].upper() not in _NAMED:
            raise ValueError(f"{text!r} is not a key such as 'A minor'")
        head, rest = words[0], [w.lower() for w in words[1:]]
        pc, tail = _NAMED[head[0].upper()], head[1:]
        for name, step in (("sharp", 1), ("flat", -1)):
            if rest and rest[0] == name:
                pc, rest = pc + step, rest[1:]
        while tail[:1] in ("#", "b"):
            pc, tail = pc + (1 if tail[0] == "#" else -1), tail[1:]
        mode_words = {"": "major", "m": "minor", "min": "minor", "maj": "major", "M": "major"}
        mode = mode_words.get(tail, tail.lower())
        if rest:
            mode = mode_words.get(rest[0], rest[0])
        if mode not in MODES:
            raise ValueError(f"{text!r} is not a key such as 'A minor'")
        return cls(tonic_pc=pc % 12, mode=mode)

    @property
    def scale_pcs(self) -> tuple[int, ...]:
        """The seven pitch classes of the key, tonic first."""
        return tuple((self.tonic_pc + step) % 12 for step in MODES[self.mode])

    def __str__(self) -> str:
        return f"{PITCH_CLASSES[self.tonic_pc]} {self.mode}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Brief:
    """Everything the engine will honour, resolved: no alternatives are left."""

    language: str = "en"  # BCP 47 primary tag of the lyrics
    genre: str  # id of a style file, e.g. "synthwave"
    also_genres: tuple[str, ...] = ()  # further genres asked for, most wanted first
    topic: str = ""  # what the words are about: the prompt without its musical words
    moods: tuple[str, ...] = ()  # recognised mood words
    valence: float = 0.0  # -1 sad .. +1 happy
    energy: float = 0.5  # 0 calm .. 1 driving
    bpm: float  # quarter notes per minute
    meter: Meter = field(default_factory=Meter)
    key: Key
    instrumental: bool = False
    voice_gender: VoiceGender | None = None
    voice_words: tuple[str, ...] = ()  # "soft", "raspy", "duet"...
    instruments: tuple[str, ...] = ()  # instrument ids asked for
    avoid: tuple[str, ...] = ()  # genre, instrument or other ids that must not appear
    title: str = ""  # given title; "" = the writer chooses
    style_line: str = ""  # comma-separated description, what a client sees as style
    target_duration_s: float = 150.0
    max_duration_s: float = 240.0
    duration_asked: bool = False  # the request or its words name a length
    weirdness: float = 0.3  # 0..1
    style_influence: float = 0.5  # 0..1
    used_words: tuple[str, ...] = ()  # words of the request that changed something
    nearest_words: tuple[tuple[str, str], ...] = ()  # words without a genre of their own, and the genre taken for each
    unused_words: tuple[str, ...] = ()  # and those that changed nothing musical (the topic has them)
