"""Whatever the words: each syllable once, in order, in time and in range."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songwright.domain.lyrics import Line, Lyrics, LyricsSection, SectionKind, Syllable, Word
from songwright.engines.native.compose.compose import compose, unsung
from songwright.engines.native.perform import perform
from songwright.engines.native.styles.load import style

from ..support.songs_by_hand import VERSE_1, VERSE_2, VOICE, K, brief, lyrics, section

POP = style("pop")
syllables = st.builds(
    Syllable, phonemes=st.sampled_from(["la", "stɹɛŋθs", "ə", "kæt", "mI", "ni"]), stress=st.sampled_from([0, 0, 1, 2])
)
words = st.builds(
    Word,
    text=st.sampled_from(["word", "o'clock", "été"]),
    syllables=st.lists(syllables, min_size=1, max_size=6).map(tuple),
    trailing=st.sampled_from(["", "", "", ",", "!"]),
    function=st.booleans(),
)
lines = st.builds(
    Line,
    text=st.just("text"),
    words=st.lists(words, min_size=1, max_size=14).map(tuple),
    backing=st.sampled_from([False, False, False, True]),
)
sections = st.builds(
    LyricsSection,
    kind=st.sampled_from(list(SectionKind)),
    lines=st.lists(lines, min_size=0, max_size=7).map(tuple),
)
songs = st.builds(Lyrics, title=st.just("any"), sections=st.lists(sections, min_size=1, max_size=5).map(tuple))


def check_song(
    words: Lyrics, bpm: float, meter: str, seed: int, *, max_s: float = 240.0, complete: bool = True
) -> None:
    wanted = brief(bpm=bpm, meter=meter, key="D minor", max_s=max_s)
    score = compose(wanted, POP, words, VOICE, seed=seed, take=1)
    played = perform(score, words, POP, wanted, seed=seed, take=1)
    assert played.duration_s <= max_s
    left_out = set(unsung(score, words))
    if complete:
        assert not left_out
    sung: dict[tuple[int, int], list[str]] = {}
    for part in score.vocals:
        for line in part.lines if part.name in ("lead", "answers") else ():
            sung.setdefault((line.lyrics_section_index, line.line_index), []).extend(s.phonemes for s in line.syllables)
    for s, part in enumerate(words.sections):
        for i, line in enumerate(part.lines):
            if (s, i) not in left_out:
                assert sung[s, i] == [x.phonemes for x in line.syllables]
    for part in score.vocals:
        notes = [n for line in part.lines for s in line.syllables for n in s.notes]
        assert all(a.start_tick + a.duration_ticks <= b.start_tick for a, b in itertools.pairwise(notes))
        assert all(n.duration_ticks > 0 and 0 <= n.start_tick < score.end_tick for n in notes)
        if part.name in ("lead", "answers"):
            assert all(VOICE.lo_midi - 3 <= n.pitch_midi <= VOICE.top_midi for n in notes)
    assert all(a.end_s <= b.start_s for a, b in itertools.pairwise(played.words))
    for part in played.vocals:
        for phrase in part.phrases:
            assert phrase.end_s - phrase.start_s <= 12.0
            assert phrase.start_s >= 0


@pytest.mark.slow
@settings(max_examples=12, deadline=None, derandomize=True)
@given(songs, st.sampled_from([70.0, 100.0, 150.0]), st.sampled_from(["4/4", "3/4", "6/8"]), st.integers(0, 1000))
def test_any_words_are_sung(words: Lyrics, bpm: float, meter: str, seed: int) -> None:
    check_song(words, bpm, meter, seed, complete=False)


@pytest.mark.parametrize("bpm", [45.0, 108.0, 200.0])
def test_one_word(bpm: float) -> None:
    words = lyrics(section(K.VERSE, "HEL-lo"))
    check_song(words, bpm, "4/4", 1)
    score = compose(brief(bpm=bpm), POP, words, VOICE, seed=1, take=1)
    assert score.axis.seconds_at(score.end_tick) >= 55.0


def test_sixty_lines_are_all_sung() -> None:
    words = lyrics(section(K.VERSE, *itertools.islice(itertools.cycle(VERSE_1 + VERSE_2), 60)))
    check_song(words, 108.0, "4/4", 2)


def test_a_line_of_five_thousand_letters_is_sung() -> None:
    words = lyrics(section(K.VERSE, " ".join(["the CI-ty hums be-LOW"] * 120)))
    check_song(words, 108.0, "4/4", 2)


def test_a_word_of_forty_syllables() -> None:
    words = lyrics(section(K.VERSE, "-".join(["su", "PER", *["ca"] * 38]), "yes"))
    check_song(words, 100.0, "4/4", 2)


def test_what_cannot_fit_is_left_out_at_the_end_and_told() -> None:
    words = lyrics(*(section(K.VERSE, *VERSE_1) for _ in range(60)))
    check_song(words, 90.0, "4/4", 2, complete=False)
    score = compose(brief(bpm=90.0), POP, words, VOICE, seed=2, take=1)
    left_out = unsung(score, words)
    assert left_out
    assert left_out[-1] == (59, 3)
    assert all(b[0] - a[0] <= 1 for a, b in itertools.pairwise(left_out))
