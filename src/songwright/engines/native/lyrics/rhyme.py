"""How well two lines rhyme, measured on phonemes."""

from __future__ import annotations

from dataclasses import dataclass

from songwright.domain.lyrics import Line, Word

from .pronounce import syllabify_line
from .spelling import VOWEL_SYMBOLS
from .wordlists import word_list

_CLASSES = ("ptk", "bdɡ", "fθsʃʧ", "vðzʒʤ", "mnŋ", "lɹ")
_CLASS = {c: i for i, group in enumerate(_CLASSES) for c in group}
_SAME = str.maketrans({"ᵻ": "ɪ", "ᵊ": "ə", "ɾ": "d", "ʔ": "t", "ɚ": "ə"})
_NEAR = frozenset(frozenset(p) for p in ("ɪɛ", "ɛæ", "ɑɔ", "ʊu", "ʌʊ", "əʌ"))
_CLICHES = frozenset(
    frozenset(pair.split("/"))
    for pair in word_list(
        """fire/desire heart/apart love/above pain/rain night/light night/right light/right eyes/lies eyes/skies
        lies/skies true/you you/blue town/down tonight/right tonight/light forever/never kiss/miss dance/chance
        arms/charms feel/real mind/find day/way day/say way/say cry/die cry/goodbye die/goodbye"""
    )
)


@dataclass(frozen=True, slots=True)
class Ending:
    """The sounds a line is heard to end with."""

    word: str  # last word, lower case
    onset: str  # consonants before the stressed vowel
    rest: tuple[str, ...]  # the stressed vowel and all that follows, one symbol each

    @property
    def vowel(self) -> str:
        """The stressed vowel."""
        return self.rest[0]

    @property
    def n_unstressed(self) -> int:
        """Syllables after the stressed one."""
        return sum(s in VOWEL_SYMBOLS for s in self.rest[1:])


def _ending_of(word: Word, language: str) -> Ending:
    syllables = word.syllables
    at = max((i for i, s in enumerate(syllables) if s.stress), default=len(syllables) - 1)
    tail = "".join(s.phonemes for s in syllables[at:]).translate(_SAME)
    tail = tail.replace("iəl", "il").replace("jɛə", "jɛ")
    if language == "zh":  # one rhyme group each: an ian uan, en in un, eng ing ong
        tail = tail.replace("ɛn", "an").replace("in", "ən").replace("yn", "ən").replace("iŋ", "əŋ").replace("ʊŋ", "əŋ")
    spot = next((i for i, c in enumerate(tail) if c in VOWEL_SYMBOLS), 0)
    return Ending(word.text.lower().strip("'"), tail[:spot], tuple(tail[spot:]) or ("",))


def ending(line: Line) -> Ending:
    """The rhyme of a line: its last word from the last stressed vowel on."""
    return _ending_of(line.words[-1], line.language)


def rhyme_score(a: Ending, b: Ending) -> float:
    """1 perfect, .85 family, .75 one consonant more, .55-.65 assonance, .35 near, 0 none or the same word."""
    if a.word == b.word or (a.onset == b.onset and a.rest == b.rest and a.word.endswith(b.word[-2:])):
        return 0.0 if a.word == b.word or len(a.word) == len(b.word) else 0.6
    if a.rest == b.rest:
        return 1.0 if a.onset != b.onset else 0.6 if a.word[0] != b.word[0] else 0.0
    if a.n_unstressed != b.n_unstressed:
        return 0.0
    if a.vowel == b.vowel:
        return _same_vowel(a.rest, b.rest)
    if frozenset((a.vowel, b.vowel)) == frozenset("ɑɔ") and a.rest[1:] == b.rest[1:]:
        return 0.85
    if a.rest[1:] == b.rest[1:] and a.rest[1:]:
        return 0.35
    return 0.35 if frozenset((a.vowel, b.vowel)) in _NEAR else 0.0


def _same_vowel(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    if len(a) == len(b) and all(x == y or _related(x, y) for x, y in zip(a, b, strict=True)):
        return 0.85
    short, long = sorted((a, b), key=len)
    if len(long) == len(short) + 1 and long[:-1] == short and long[-1] in "tdsz":
        return 0.75
    sonorant = a[-1] in "mnŋlɹ" or a[-1] in VOWEL_SYMBOLS
    return 0.65 if len(a) == len(b) and sonorant and (b[-1] in "mnŋlɹ" or b[-1] in VOWEL_SYMBOLS) else 0.55


def _related(x: str, y: str) -> bool:
    return x in _CLASS and y in _CLASS and _CLASS[x] == _CLASS[y]


def is_cliche(a: Ending, b: Ending) -> bool:
    """Pairs heard too often (fire/desire)."""
    return frozenset((a.word, b.word)) in _CLICHES


def words_rhyme(a: str, b: str) -> float:
    """Rhyme score of two English texts by their last words.

    >>> words_rhyme("light", "night"), words_rhyme("home", "stone"), words_rhyme("sea", "see")
    (1.0, 0.85, 0.0)
    """
    first, second = syllabify_line(a), syllabify_line(b)
    return rhyme_score(ending(first), ending(second)) if first and second else 0.0
