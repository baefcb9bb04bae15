"""Who sings: the voice of the roster that suits a request, shaped where the words ask for more."""

from __future__ import annotations

from collections.abc import Sequence

from songwright.domain.draws import draws
from songwright.domain.voice import VoiceRecipe

from .voices import Voice, roster, voice

_ENDINGS = (" vocals", " vocal", " voice", " singer", " singing", " tone")
_SAME = {
    "whisper": "whispered", "whispering": "whispered", "belted": "belting", "growl": "raspy", "gritty": "raspy",
    "rough": "raspy", "gravelly": "raspy", "screaming": "screamed", "opera": "operatic", "twangy": "twang",
    "rapping": "rapped", "rap": "rapped", "auto tune": "autotuned", "autotune": "autotuned", "kid": "child",
    "childlike": "child", "children": "child", "strong": "powerful", "loud": "powerful", "low": "deep",
    "shouting": "shouted", "quiet": "soft", "delicate": "soft", "falsetto": "airy", "head": "airy", "mature": "husky",
    "vocal fry": "raspy", "creaky": "raspy",
}  # fmt: skip
HOME = "en"
NATIVE_LANGUAGES = frozenset(code for v in roster() for code in v.languages) - {HOME}
"""Languages with voices of their own. Elsewhere those who sing English sing."""
_NATIVE = 3.0  # merit of a voice that grew up with the language
_SHAPES = {"breathy": {"breath": 0.15}, "whispered": {"breath": 0.3}, "airy": {"breath": 0.1},
           "deep": {"formant": 0.95}, "child": {"formant": 1.12, "shift": 2}}  # fmt: skip
"""What is changed of a voice that lacks an asked character."""


def plain_words(words: Sequence[str]) -> frozenset[str]:
    """Character words as the roster knows them.

    >>> sorted(plain_words(["Deep voice", "gritty vocals"]))
    ['deep', 'gritty', 'raspy']
    """
    out: set[str] = set()
    for word in words:
        plain = word.lower().strip()
        for ending in _ENDINGS:
            plain = plain.removesuffix(ending)
        out |= {plain, _SAME.get(plain, plain)}
    return frozenset(out)


def choose(
    *,
    gender: str | None,
    words: Sequence[str],
    genre: str,
    energy: float,
    seed: int,
    language: str = "en",
    but: Sequence[str] = (),
    asked: Sequence[str] | None = None,
) -> Voice:
    """The voice that suits a request best; equals are told apart by ``seed``.

    gender: "female", "male" or None; words: wanted character, of the request and of the genre; genre: id of a style;
    energy: 0..1; language: of the lyrics; but: ids of voices that sing already; asked: those of ``words`` that the
    request names (default: all), which weigh more and shape the voice when nobody has that character.
    """
    wanted, named = plain_words(words), plain_words(words if asked is None else asked)
    candidates = [v for v in roster() if gender in (None, v.gender) and v.id not in but]
    for candidate in candidates:
        if candidate.id in wanted:
            return candidate
    candidates = [v for v in candidates if not v.special or (named | {language}) & set(v.special)]
    if language not in NATIVE_LANGUAGES:
        candidates = [v for v in candidates if HOME in v.languages]
    rng = draws(seed, "voice")

    def merit(v: Voice) -> float:
        fit = 2.0 * len(wanted & set(v.words)) + len(named & set(v.words)) + (1.0 if genre in v.genres else 0.0)
        fit += _NATIVE if language in v.languages else 0.0
        return fit + v.clarity - abs(v.energy - energy) + 0.8 * rng.random()

    found = max(((merit(v), -i, v) for i, v in enumerate(candidates)), key=lambda entry: entry[:2])[2]
    return shaped(found, named)


def shaped(singer: Voice, asked: frozenset[str]) -> Voice:
    """The voice, or a recipe of it that has what was asked and it lacks."""
    changes: dict[str, float] = {}
    for word in sorted(asked & set(_SHAPES) - set(singer.words)):
        changes |= _SHAPES[word]
    if not changes:
        return singer
    shift = int(changes.pop("shift", 0))
    return voice(VoiceRecipe(base=singer.id, shift=shift, **changes).id)
