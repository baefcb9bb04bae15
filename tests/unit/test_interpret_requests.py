"""What requests are understood to mean."""

from __future__ import annotations

import pytest

from songwright.domain.action import GenerateAction, VoiceGender
from songwright.engines.native.interpret import detect_language, interpret
from songwright.engines.native.interpret.nearest import check_tables
from songwright.engines.native.styles import style
from songwright.engines.native.styles.load import style_ids


def brief(prompt: str = "", **fields):
    return interpret(GenerateAction(prompt=prompt, seed=fields.pop("seed", 11), **fields))


@pytest.mark.parametrize(
    ("prompt", "genre"),
    [
        ("a pop song about summer", "pop"),
        ("upbeat synthwave, driving, female vocals, 104 bpm", "synthwave"),
        ("80s synth pop about the future", "synthwave"),
        ("a song for Christmas", "christmas"),
        ("something about Santa stuck in a chimney", "christmas"),
        ("una canción de Navidad", "christmas"),
        ("圣诞歌", "christmas"),
        ("lullaby for my baby", "lullaby"),
        ("sad piano ballad about losing my dog", "ballad"),
        ("classic rock anthem", "rock"),
        ("power metal about dragons", "metal"),
        ("pop punk about my ex", "punk"),
        ("indie rock with jangly guitars", "indie_rock"),
        ("acoustic folk tune about a river", "folk"),
        ("a country song about trucks", "country"),
        ("old school hip-hop about my city", "hip_hop"),
        ("dark trap beat", "trap"),
        ("lo-fi study beats", "lo_fi"),
        ("deep house for a rooftop", "house"),
        ("EDM banger", "dance_pop"),
        ("smooth jazz at midnight", "jazz_swing"),
        ("bossa nova about the sea", "bossa_nova"),
        ("R&B slow jam", "r_and_b"),
        ("roots reggae about unity", "reggae"),
        ("latin pop to dance to", "reggaeton"),
        ("ambient soundscape", "ambient"),
        ("romantic piano nocturne", "classical_piano"),
        ("epic orchestral battle music", "cinematic"),
        ("funky groove with slap bass", "funk"),
        ("disco song about roller skates", "disco"),
        ("slow blues about a train", "blues"),
        ("摇滚，关于自由", "rock"),
        ("robots falling in love on mars", "synthwave"),
        ("rainy day, a cup of coffee", "lo_fi"),
    ],
)
def test_genre(prompt: str, genre: str) -> None:
    assert brief(prompt).genre == genre


@pytest.mark.parametrize(
    "prompt",
    ["a song about my country house", "the metal gate in our garden", "a song about how my soul was in a trap"],
)
def test_things_are_not_genres(prompt: str) -> None:
    assert brief(prompt).genre not in ("country", "house", "metal", "trap")


@pytest.mark.parametrize(
    ("prompt", "gender"),
    [
        ("pop, female vocals", VoiceGender.FEMALE),
        ("pop, male vocals", VoiceGender.MALE),
        ("rock about rain, male singer", VoiceGender.MALE),
        ("一首歌，女声", VoiceGender.FEMALE),
        ("balada con voz masculina", VoiceGender.MALE),
    ],
)
def test_voice(prompt: str, gender: VoiceGender) -> None:
    for seed in range(4):
        assert brief(prompt, seed=seed).voice_gender is gender


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("soul song with falsetto vocals", ("falsetto",)),
        ("disco, head voice", ("head voice",)),
        ("country, vocal fry", ("vocal fry",)),
        ("a song about a creaky house in the woods", ()),
    ],
)
def test_colours_of_the_voice(prompt: str, words: tuple[str, ...]) -> None:
    assert brief(prompt).voice_words == words


def test_the_action_wins_over_words() -> None:
    got = brief(
        "slow female pop in C major, 3/4, 90 bpm, 1 minute",
        voice_gender=VoiceGender.MALE, bpm=171.0, key="F# minor", meter="4/4", duration_s=95.0,
    )  # fmt: skip
    assert got.voice_gender is VoiceGender.MALE
    assert (got.bpm, str(got.key), str(got.meter), got.target_duration_s) == (171.0, "F# minor", "4/4", 95.0)


def test_words_with_figures() -> None:
    got = brief("house track at 127 bpm in G minor, 2 minutes")
    assert (got.bpm, str(got.key), got.target_duration_s) == (127.0, "G minor", 120.0)
    assert str(brief("a jazz waltz").meter) == "3/4"
    assert str(brief("rock in 6/8").meter) == "6/8"
    assert brief("pop", max_duration_s=60.0).target_duration_s == 60.0


def test_tempo_words_move_the_tempo() -> None:
    for genre in ("pop", "rock", "house"):
        assert brief(f"slow {genre}").bpm < brief(f"fast {genre}").bpm


def test_moods_move_valence_and_energy() -> None:
    happy, sad = brief("happy pop song"), brief("sad pop song")
    assert happy.valence > 0.4 > -0.1 > sad.valence
    assert brief("energetic pop").energy > brief("calm pop").energy
    minor = sum(brief("sad dark pop", seed=s).key.mode != "major" for s in range(40))
    major = sum(brief("happy joyful pop", seed=s).key.mode != "major" for s in range(40))
    assert minor > major + 5


def test_instruments_asked_and_refused() -> None:
    got = brief("folk with violin and banjo, no drums")
    assert {"violin", "banjo"} <= set(got.instruments)
    assert "drums" in got.avoid
    refused = brief("rock", negative_style="piano, saxophone, metal")
    assert {"piano", "saxophone", "metal"} <= set(refused.avoid)
    assert brief("rock without guitars or piano").avoid == ("electric_guitar", "piano")
    assert brief("song about life", negative_style="pop, r&b, synthwave").genre not in ("pop", "r_and_b", "synthwave")


@pytest.mark.parametrize(
    ("prompt", "instrumental"),
    [
        ("instrumental rock", True),
        ("lo-fi study beats without vocals", True),
        ("calm piano, no vocals", True),
        ("纯音乐 钢琴", True),
        ("ambient for deep sleep", True),
        ("ambient song about stars", False),
        ("pop about the radio", False),
        ("lo-fi with soft female vocals", False),
    ],
)
def test_instrumental(prompt: str, instrumental: bool) -> None:
    got = brief(prompt)
    assert got.instrumental is instrumental
    assert (got.voice_gender is None) is instrumental


@pytest.mark.parametrize("prompt", ["boats", "rainy day, a cup of coffee", "the battle for the kingdom"])
def test_a_style_that_nobody_named_keeps_its_voice(prompt: str) -> None:
    got = [brief(prompt, seed=seed) for seed in range(60)]
    assert {"lo_fi", "cinematic"} & {b.genre for b in got}
    assert not any(b.instrumental for b in got)


def test_given_lyrics_are_sung() -> None:
    assert not brief(lyrics="[Verse]\nHello there my friend", style="lo-fi study beats").instrumental
    assert brief(lyrics="[Verse]\nHello", style="pop", instrumental=True).instrumental


@pytest.mark.parametrize(
    ("prompt", "language"),
    [
        ("a song about rain", "en"),
        ("una canción sobre la lluvia", "es"),
        ("ein Lied über den Regen", "de"),
        ("une chanson sur la pluie", "fr"),
        ("una canzone sul mare e sulla luna", "it"),
        ("写一首关于夏天的歌", "zh"),
        ("夏についての歌", "ja"),
        ("여름 노래", "ko"),
        ("песня о лете", "ru"),
        ("sing in Spanish about rain", "es"),
        ("a French chanson about wine, in French", "fr"),
        ("🎉🎂😀", "en"),
    ],
)
def test_language(prompt: str, language: str) -> None:
    assert brief(prompt).language == language


def test_lyrics_tell_the_language() -> None:
    assert brief(lyrics="[Verse]\nTe quiero mucho y no sé por qué", style="pop").language == "es"
    assert detect_language("", default="fr") == "fr"


@pytest.mark.parametrize(
    ("prompt", "topic"),
    [
        ("a happy song about my cat with female vocals", "my cat"),
        ("sad piano ballad about losing my dog, male singer, 70 bpm", "losing my dog"),
        ("robots falling in love on mars", "robots falling in love on mars"),
        ("lullaby for my baby", "my baby"),
        ("写一首关于夏天的歌", "夏天"),
        ("upbeat synthwave, driving, female vocals, 104 bpm", ""),
    ],
)
def test_topic(prompt: str, topic: str) -> None:
    assert brief(prompt).topic == topic


def test_style_line_reads_like_a_description() -> None:
    line = brief("upbeat synthwave about night, driving, female vocals, 104 bpm").style_line
    assert "synthwave" in line
    assert "female vocals" in line
    assert "104 bpm" in line
    assert brief(style="Dreamy Folk, banjo", lyrics="[Verse]\nHi there").style_line == "Dreamy Folk, banjo"


@pytest.mark.parametrize("prompt", ["", "x" * 500, "🎸🔥", "?!", "\n\n", "ﷺ", "a" * 3, "123 456", "[Verse]"])
def test_anything_gives_a_brief(prompt: str) -> None:
    got = brief(prompt)
    assert got.genre in style_ids()
    assert 40 <= got.bpm <= 240
    assert got.style_line


def test_unnamed_genres_vary_with_the_seed_and_repeat_with_it() -> None:
    genres = [brief("a song about my street", seed=s).genre for s in range(24)]
    assert len(set(genres)) >= 3
    assert genres == [brief("a song about my street", seed=s).genre for s in range(24)]


def test_defaults() -> None:
    got = brief("pop")
    assert (got.weirdness, got.style_influence, got.max_duration_s) == (0.3, 0.5, 240.0)
    assert brief("pop", weirdness=0.0, style_influence=0.9).weirdness == 0.0


def test_used_and_unused_words() -> None:
    got = brief("happy pop with piano about purple elephants")
    assert {"happy", "pop", "piano"} <= set(got.used_words)
    assert "elephants" in got.unused_words


@pytest.mark.parametrize(
    ("prompt", "genre", "also"),
    [
        ("jazz-influenced drum and bass", "drum_and_bass", "jazz_swing"),
        ("drum and bass with jazz influences", "drum_and_bass", "jazz_swing"),
        ("jazzy house", "house", "jazz_swing"),
        ("house with a touch of soul", "house", "soul"),
        ("folk punk about the harbour", "punk", "folk"),
        ("metal with orchestral elements", "metal", "cinematic"),
        ("rock, jazz, violin", "rock", "jazz_swing"),
        ("salsa dance with trumpet", "salsa", "dance_pop"),
    ],
)
def test_blends_have_a_body_and_a_tint(prompt: str, genre: str, also: str) -> None:
    got = brief(prompt)
    assert (got.genre, got.also_genres[:1]) == (genre, (also,))


@pytest.mark.parametrize(
    ("prompt", "genre", "word"),
    [
        ("a grunge song about rain", "rock", "grunge"),
        ("regae song about the sun", "reggae", "regae"),
        ("deathgrind anthem", "metal", "deathgrind"),
        ("amapiano", "afrobeat", "amapiano"),
        ("bollywood love song", "dance_pop", "bollywood"),
        ("tango", "chamber", "tango"),
    ],
)
def test_the_nearest_genre_is_taken_and_said(prompt: str, genre: str, word: str) -> None:
    got = brief(prompt)
    assert got.genre == genre
    assert (word, genre) in got.nearest_words


def test_unknown_style_words_are_reported() -> None:
    got = brief(style="synthwav, dreamy, glorpcore, wibble, female vocals")
    assert got.genre == "synthwave"
    assert ("synthwav", "synthwave") in got.nearest_words
    assert "wibble" in got.unused_words
    assert all(word != "wibble" for word, _ in got.nearest_words)
    assert brief("a mental song about a microwave").nearest_words == ()


def test_near_genres_change_tempo_meter_and_band() -> None:
    assert all(104 <= brief("grunge", seed=s).bpm <= 124 for s in range(8))
    reel = brief("celtic reel")
    assert (str(reel.meter), "violin" in reel.instruments) == ("6/8", True)
    assert brief("grunge at 150 bpm").bpm == 150.0
    assert "grunge" in brief("grunge song about rain").style_line


def test_the_tables_of_near_genres_name_styles() -> None:
    check_tables()


@pytest.mark.parametrize("style_id", style_ids())
def test_every_genre_is_found_by_its_first_names(style_id: str) -> None:
    for name in style(style_id).names[:3]:
        assert brief(style=name).genre == style_id, name


@pytest.mark.parametrize(
    ("prompt", "genre"),
    [
        ("una canción de reggaetón sobre una noche en la playa", "reggaeton"),
        ("uma canção de forró sobre o mar", "bossa_nova"),
        ("a café jazz song", "jazz_swing"),
    ],
)
def test_accents_hide_no_genre(prompt: str, genre: str) -> None:
    found = interpret(GenerateAction(prompt=prompt, seed=3))
    assert found.genre == genre
    assert not {"reggaetón", "forró"} & set(found.unused_words)


def test_topics_keep_their_accents() -> None:
    assert "abuela y el café" in interpret(GenerateAction(prompt="una canción sobre mi abuela y el café", seed=3)).topic
