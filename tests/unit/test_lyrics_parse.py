"""Given lyrics in every form people paste."""

import pytest

from songwright.domain.lyrics import SectionKind as K
from songwright.engines.native.lyrics import parse_lyrics


def outline(text: str, **options: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(s.kind.value, tuple(line.text for line in s.lines)) for s in parse_lyrics(text, **options).sections]


@pytest.mark.parametrize(
    ("tag", "kind", "hints"),
    [
        ("[Verse]", K.VERSE, ()),
        ("[VERSE 2]", K.VERSE, ()),
        ("[Verse 1: whispered]", K.VERSE, ("whispered",)),
        ("(Chorus)", K.CHORUS, ()),
        ("Chorus:", K.CHORUS, ()),
        ("**Verse**", K.VERSE, ()),
        ("### Outro", K.OUTRO, ()),
        ("[Pre-Chorus]", K.PRE_CHORUS, ()),
        ("[pre chorus]", K.PRE_CHORUS, ()),
        ("[Post-Chorus]", K.POST_CHORUS, ()),
        ("[副歌]", K.CHORUS, ()),
        ("[主歌 1]", K.VERSE, ()),
        ("【サビ】", K.CHORUS, ()),
        ("[Coro]", K.CHORUS, ()),
        ("[Estribillo]", K.CHORUS, ()),
        ("[Strophe]", K.VERSE, ()),
        ("[Couplet 1]", K.VERSE, ()),
        ("[Refrão]", K.CHORUS, ()),
        ("[Ritornello]", K.CHORUS, ()),
        ("[Puente]", K.BRIDGE, ()),
        ("[Final Chorus - big, loud]", K.CHORUS, ("big", "loud")),
        ("[Hook]", K.CHORUS, ()),
    ],
)
def test_tags(tag, kind, hints):
    section = parse_lyrics(f"{tag}\nsing it now\nand sing it then").sections[0]
    assert (section.kind, section.hints, len(section.lines)) == (kind, hints, 2)


@pytest.mark.parametrize(
    ("tag", "kind", "hints"),
    [("[Guitar Solo]", K.SOLO, ("guitar",)), ("[Instrumental Break]", K.INTERLUDE, ()), ("[间奏]", K.INTERLUDE, ())],
)
def test_instrumental_tags(tag, kind, hints):
    section = parse_lyrics(f"[Verse]\nhello\n{tag}\n[Chorus]\nbye").sections[1]
    assert (section.kind, section.hints, section.lines) == (kind, hints, ())


@pytest.mark.parametrize("newline", ["\\n", "\n", "\r\n", "\r", "\\r\\n"])
def test_every_kind_of_line_break(newline):
    text = newline.join(["[Verse]", "one here", "two there", "[Chorus]", "three"])
    assert outline(text) == [("verse", ("one here", "two there")), ("chorus", ("three",))]
    assert parse_lyrics(text).text == text


def test_untagged_blocks_with_a_refrain():
    text = "walk one\nwalk two\n\nsing it\nsing loud\n\nrun one\nrun two\n\nsing it\nsing loud"
    text += "\n\nodd one\n\nsing it\nsing loud"
    assert [k for k, _ in outline(text)] == ["verse", "chorus", "verse", "chorus", "bridge", "chorus"]


def test_one_word_is_a_song():
    assert outline("Hello") == [("chorus", ("Hello",))]


def test_repeats():
    assert outline("[Verse]\nhey you x2\ngo") == [("verse", ("hey you", "hey you", "go"))]
    assert [k for k, _ in outline("[Chorus x2]\nhey")] == ["chorus", "chorus"]
    assert outline("[Chorus]\nhey\n[Verse]\nyou\n[Chorus]")[-1] == ("chorus", ("hey",))


def test_parentheses_are_backing():
    lines = list(parse_lyrics("[Chorus]\nHold on (hold on)\n(oh yeah)").lines())
    assert [(line.text, line.backing) for line in lines] == [
        ("Hold on", False),
        ("(hold on)", True),
        ("(oh yeah)", True),
    ]


def test_unknown_tags_are_hints_and_the_section_is_sung():
    sections = parse_lyrics("[Verse]\n[whispered softly]\nhello there").sections
    assert len(sections) == 1
    assert sections[0].hints == ("whispered softly",)
    assert [line.text for line in sections[0].lines] == ["hello there"]


def test_markup_chords_and_stamps_are_not_sung():
    text = "<p>Hello <b>world</b></p>\nC  G  Am  F\n[Am]Hello [C]again\n---\n[00:12.34]by the clock\n&amp; on"
    assert [line.text for line in parse_lyrics(text).lines()] == ["Hello world", "Hello again", "by the clock", "& on"]


def test_a_title_line_is_the_title():
    lyrics = parse_lyrics("Title: Blue Day\n\n[Verse]\nhello")
    assert (lyrics.title, len(list(lyrics.lines()))) == ("Blue Day", 1)
    assert parse_lyrics("hello", title="Mine").title == "Mine"


@pytest.mark.parametrize("text", ["", "🎄🎄🎄", "...\n---", "[Verse]\n🎉"])
def test_nothing_to_sing(text):
    assert list(parse_lyrics(text).lines()) == []


def test_five_thousand_characters_of_prose_keep_every_word():
    text = "the quick brown fox jumps over the lazy dog and runs away " * 86
    lyrics = parse_lyrics(text)
    words = [w.text for line in lyrics.lines() for w in line.words]
    assert words == text.split()
    assert max(len(line.words) for line in lyrics.lines()) <= 13


def test_languages_are_found_line_by_line():
    lines = list(parse_lyrics("[Verse]\nHello my old friend\nte quiero con todo mi corazón\n月亮代表我的心").lines())
    assert [line.language for line in lines] == ["en", "es", "zh"]
    assert parse_lyrics("la la la").language == "en"
