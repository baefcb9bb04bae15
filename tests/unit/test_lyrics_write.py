"""Written songs: rhyme, measure, form, facts of the request."""

import functools
import itertools

import pytest

from songwright.domain.lyrics import Lyrics
from songwright.domain.lyrics import SectionKind as K
from songwright.domain.style import Brief, Key
from songwright.engines.native.lyrics import make_title, syllabify_line, write_lyrics
from songwright.engines.native.lyrics.fields import fields, frames
from songwright.engines.native.lyrics.genres import dictions
from songwright.engines.native.lyrics.rhyme import words_rhyme
from songwright.engines.native.lyrics.topic import read_topic

TOPICS = [
    "A song for Christmas", "night drive", "my dog Rex stole my sandwich", "quantum physics exam",
    "sad breakup in the rain", "protest for clean water", "sunrise in Lisbon",
    "a birthday song for Anna who loves cats", "the blockchain", "",
]  # fmt: skip


def brief(topic: str, **fields: object) -> Brief:
    return Brief(**{"genre": "pop", "topic": topic, "bpm": 110.0, "key": Key(tonic_pc=0), **fields})


@functools.cache
def songs(n_seeds: int = 2) -> tuple[Lyrics, ...]:
    return tuple(write_lyrics(brief(t), seed=s) for t, s in itertools.product(TOPICS, range(n_seeds)))


@pytest.mark.parametrize(
    ("a", "b", "score"),
    [
        ("light", "night", 1.0), ("river", "shiver", 1.0), ("hand", "stand", 1.0), ("home", "stone", 0.85),
        ("time", "line", 0.85), ("rust", "dusk", 0.85), ("free", "freed", 0.75), ("station", "patience", 0.75),
        ("leave", "believe", 0.6), ("road", "rope", 0.55), ("made", "fate", 0.55), ("sea", "see", 0.0),
        ("night", "night", 0.0), ("cat", "moon", 0.0),
    ],
)  # fmt: skip
def test_rhyme_table(a, b, score):
    assert words_rhyme(a, b) == pytest.approx(score)
    assert words_rhyme(b, a) == pytest.approx(score)


def test_a_word_in_passing_gives_no_title():
    summery = {hook.title.lower() for hook in fields()["summer"].hooks}
    titles = {make_title(brief("the first coffee in the morning"), seed).lower() for seed in range(60)}
    assert not titles & summery
    assert titles & {hook.title.lower() for hook in fields()["coffee"].hooks}


def test_four_line_sections_rhyme():
    good = total = 0
    for song in songs():
        for section in song.sections:
            t = [line.text for line in section.lines]
            if len(t) != 4:
                continue
            total += 1
            rhymes = {(i, j): words_rhyme(t[i], t[j]) >= 0.7 for i, j in itertools.combinations(range(4), 2)}
            good += (rhymes[0, 1] and rhymes[2, 3]) or rhymes[1, 3]
    assert total > 70
    assert good / total >= 0.9


def test_lines_are_singable_and_alike():
    for song in songs():
        for section in song.sections:
            counts = [len(line.syllables) for line in section.lines]
            assert all(3 <= n <= 13 for n in counts), counts
            assert max(counts) - min(counts) <= 4, [line.text for line in section.lines]


def test_no_line_returns_inside_a_verse_and_the_verses_differ():
    for song in songs():
        verses = [tuple(line.text for line in s.lines) for s in song.sections if s.kind is K.VERSE]
        assert all(len(set(v)) == len(v) for v in verses)
        assert not set(verses[0]) & set(verses[1])


def test_every_chorus_is_the_same_and_sings_the_title():
    for song in songs():
        choruses = {tuple(line.text for line in s.lines) for s in song.sections if s.kind is K.CHORUS}
        assert len(choruses) == 1
        first = song.title.lower().split()[0].strip(",")
        assert first in " ".join(next(iter(choruses))).lower()


def test_same_seed_same_song_and_another_seed_another():
    a, b, c = (write_lyrics(brief("night drive"), seed=s) for s in (7, 7, 8))
    assert a == b
    assert a.text != c.text


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        ("A song for Christmas", "christmas snow candle fire star tinsel stocking tree december"),
        ("night drive", "road headlight drive tires dashboard mile exit engine diner"),
        ("my dog Rex stole my sandwich", "rex dog tail paw leash barks sandwich"),
        ("quantum physics exam", "exam pencil teacher clock chalk answer page physics planet"),
        ("a birthday song for Anna who loves cats", "anna wish birthday candle cake cats"),
        ("protest for clean water", "protest water river banner street tap voice march line law sign"),
    ],
)
def test_the_topic_is_heard(topic, words):
    for seed in range(3):
        song = write_lyrics(brief(topic), seed=seed).text.lower()
        assert sum(word in song for word in words.split()) >= 2, song


def test_names_places_and_facts_are_read():
    anna = read_topic("a birthday song for Anna who loves cats")
    assert (anna.name, anna.likes) == ("Anna", "cats")
    rex = read_topic("my dog Rex stole my sandwich")
    assert (rex.pet, rex.clause) == ("my dog Rex", "my dog Rex stole my sandwich")
    assert read_topic("sunrise in Lisbon").place == "in Lisbon"
    assert read_topic("Write me a song about clean water").noun == "clean water"


def test_the_name_is_sung():
    heard = [write_lyrics(brief("a birthday song for Anna who loves cats"), seed=s).text for s in range(6)]
    assert sum("Anna" in text for text in heard) >= 5


def test_a_form_is_followed():
    form = [K.INTRO, K.VERSE, K.CHORUS, K.SOLO, K.CHORUS, K.OUTRO]
    song = write_lyrics(brief("coffee"), seed=1, form=form, target_lines={K.VERSE: 6, K.CHORUS: 2})
    assert [s.kind for s in song.sections] == form
    assert [len(s.lines) for s in song.sections] == [0, 6, 2, 0, 2, 2]
    assert song.text.startswith("[Intro]\n\n[Verse]\n")


def test_a_given_title_is_kept_and_sung():
    song = write_lyrics(brief("coffee", title="Blue Kettle"), seed=3)
    assert song.title == "Blue Kettle"
    assert "blue kettle" in song.text.lower()
    assert make_title(brief("coffee", title="Blue Kettle"), 3) == "Blue Kettle"
    assert make_title(brief("coffee"), 3) == write_lyrics(brief("coffee"), seed=3).title


def test_rap_lines_are_longer():
    song = write_lyrics(brief("hustle", genre="hiphop"), seed=2, target_lines={K.VERSE: 8})
    counts = [len(line.syllables) for s in song.sections if s.kind is K.VERSE for line in s.lines]
    assert len(counts) == 16
    assert 9 <= sum(counts) / len(counts) <= 14


@pytest.mark.parametrize(("language", "topic"), [("es", "una canción de amor"), ("zh", "一首关于夜晚的歌")])
def test_other_languages(language, topic):
    song = write_lyrics(brief(topic, language=language), seed=4)
    assert song.language == language
    assert {line.language for line in song.lines()} == {language}
    assert len(list(song.lines())) == 28


def test_a_language_without_lines_falls_back_to_english():
    assert write_lyrics(brief("love", language="fi"), seed=1).language == "en"


def test_the_lexicon_is_large_enough():
    assert len(fields()) >= 90
    assert sum(len(rows) for rows in frames().values()) >= 120
    assert sum(len(f.scenes) for f in fields().values()) >= 700
    assert all(len(f.hooks) > 1 and len(f.scenes) > 4 and len(f.heart) > 1 and f.turns for f in fields().values())


def test_every_written_couplet_rhymes_and_is_even():
    couplets = [c for f in fields().values() for c in (*f.scenes, *f.heart, *f.turns)]
    couplets += [c for _, d in dictions().values() for c in (*d.verse, *d.heart, *d.turns, *d.answers)]
    couplets += [c for _, d in dictions().values() for theme in d.themes.values() for c in theme]
    for a, b in couplets:
        assert words_rhyme(a, b) >= 0.75, (a, b)
        assert abs(len(syllabify_line(a).syllables) - len(syllabify_line(b).syllables)) <= 2, (a, b)


def test_every_hook_sings_its_title():
    for field in fields().values():
        for hook in field.hooks:
            sung = " ".join(hook.lines).lower()
            words = hook.title.lower().replace(",", "").replace("?", "").split()
            assert sum(word in sung for word in words) >= 0.6 * len(words), hook


def test_articles_agree_with_sounds():
    for song in songs():
        words = song.text.lower().replace(",", "").split()
        for article, noun in itertools.pairwise(words):
            if article == "a":
                assert noun[0] not in "aeio" or noun.startswith("one"), noun
            if article == "an":
                assert noun[0] in "aeiouh", noun


def test_a_lone_chorus_returns_to_its_title():
    once = write_lyrics(brief("summer at the lake"), seed=5, form=[K.VERSE, K.VERSE, K.CHORUS, K.OUTRO])
    lines = [line.text for line in next(s for s in once.sections if s.kind is K.CHORUS).lines]
    assert lines[-2:] == lines[:2]
    twice = write_lyrics(brief("summer at the lake"), seed=5, form=[K.VERSE, K.CHORUS, K.VERSE, K.CHORUS])
    assert len(next(s for s in twice.sections if s.kind is K.CHORUS).lines) == 4


def test_without_a_chorus_the_outro_sings_the_title_twice():
    song = write_lyrics(brief("summer at the lake"), seed=5, form=[K.VERSE, K.PRE_CHORUS, K.VERSE, K.OUTRO])
    lines = [line.text for line in song.sections[-1].lines]
    assert len(lines) == 4
    assert lines[:2] == lines[2:]


def test_the_fifth_chorus_has_new_words_after_the_title():
    song = write_lyrics(brief("summer at the lake"), seed=5, form=[K.VERSE, *[K.CHORUS] * 5])
    choruses = [[line.text for line in s.lines] for s in song.sections if s.kind is K.CHORUS]
    assert choruses[0] == choruses[3]
    assert choruses[4] != choruses[0]
    assert set(choruses[4]) & set(choruses[0])


@pytest.mark.parametrize("genre", ["sea shanty", "gospel"])
def test_responses_change_from_verse_to_verse(genre):
    song = write_lyrics(brief("summer at the lake", genre=genre), seed=5, form=[K.VERSE, K.CHORUS] * 3)
    said = [[line.text for line in s.lines if line.backing] for s in song.sections if s.kind is K.VERSE]
    assert said[0]
    assert said[0] != said[1]
    assert said[0] == said[2]


def test_the_second_verse_tells_something_else():
    shares = []
    for song in songs():
        verses = [s for s in song.sections if s.kind is K.VERSE][:2]
        first, second = ([w.text.lower() for line in v.lines for w in line.words if not w.function] for v in verses)
        shares.append(len(set(first) & set(second)) / len(second))
    assert sum(share > 0.10 for share in shares) <= len(shares) // 20
