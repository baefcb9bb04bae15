"""Languages read by another program: what it said, recorded once, and what is sung of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from songwright.cli.doctor import _espeak
from songwright.domain.action import GenerateAction
from songwright.engines.native.engine import NativeEngine
from songwright.engines.native.lyrics import UnsingableText, espeak, parse_lyrics, spoken, syllabify_line
from songwright.engines.native.lyrics.detect import line_language
from songwright.engines.native.planning import brief_of, plan_take, voice_language
from songwright.engines.native.words.writing import write
from songwright.engines.protocols import EngineSettings
from songwright.errors import BadRequest
from songwright.settings import Settings
from tests.support import fake_espeak
from tests.unit.test_lyrics_pronounce import VOCAB, shape

SAID = {
    "तुम मेरे दिल की धड़कन हो": "tˌʊm mˌeːɾeː dˈɪl ki dʰˈʌr.əkˌən hoː",
    "चाँद पूछता है": "cˈãnd pˈuːcʰtˌaː hɛː",
    "तुम": "tˈʊm",
    "२० दिन": "bˈiːs dˈɪn",
    "В небе горит звезда": "v nʲˈebʲi ɡʌrʲˈit zvʲizdˈɑ",
    "я иду к тебе": "ˈj\u200da ɪdˈu kˈɑ tʲˈebʲi",
    "иду в": "ɪdˈu vˈɛ",
    "я йду крізь ніч": "ˈj\u200da jdˈu krˈiz nˈit\u200dʃʲ",
    "η καρδιά μου": "i kˌarðiˈa mu",
    "밤하늘의 별이": "pˈɐmhɐnˌɯɾɯj pjˈʌɾi",
    "über Häuser fliegt ein Pferd": "ˌyːbɜ hˈɔ\u200døzɜ flˈiːkt a\u200dɪn p\u200dfˈeːɾt",
    "die Schwester steht am Fenster": "diː ʃvˈɛstɜ ʃtˈeːt am fˈɛnstɜ",
    "zwanzig 21": "t\u200dsvˈant\u200dsɪç ˈa\u200dɪn ʊntt\u200dsvˈant\u200dsɪç",
    "zwanzig": "t\u200dsvˈant\u200dsɪç",
    "21": "ˈa\u200dɪn ʊntt\u200dsvˈant\u200dsɪç",
    "du my Baby": "duː (\u200de\u200dn)ma\u200dɪ bˈe\u200dɪbi(\u200dd\u200de)",
    "nou en": "nˈʌ\u200dʊ ɛn",
    "ik ga naar buiten": "ɪk ɣˈaː naːr bˈœ\u200dytən",
    "idę z tobą w noc": "ˈidɛ s tˈɔbɔ̃ w nˈɔt\u200ds",
    "stjärnan sjunger själv": "s\u200dxˈɛrnan s\u200dxˈɵŋər s\u200dxˈɛlv",
    "gece gel ağlama": "ɟˈed\u200dʒɛ ɟˈæl ˈaːɫama",
}  # what espeak-ng 1.51 answered


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a program that is set as espeak-ng."""
    monkeypatch.setenv("SONGWRIGHT_ESPEAK", str(fake_espeak.install(tmp_path, SAID)))
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("hi", "तुम मेरे दिल की धड़कन हो।", "tʊm meː-ɾeː dɪl ki dʰʌ-ɽə-kən hoː"),
        ("hi", "चाँद पूछता है", "cãnd puːcʰ-taː hɛː"),
        ("hi", "२० दिन", "biːs dɪn"),
        ("ru", "В небе горит звезда", "vnʲe-bʲi ɡʌ-rʲit zvʲiz-dɑ"),
        ("ru", "я иду к тебе", "ja ɪ-du ktʲe-bʲi"),
        ("ru", "иду в", "ɪ-duv"),
        ("uk", "я йду крізь ніч", "ja jdu kriz niʧʲ"),
        ("el", "η καρδιά μου", "i kar-ði-a mu"),
        ("ko", "밤하늘의 별이", "pɐm-hɐ-nɯ-ɾɯj pjʌ-ɾi"),
        ("de", "über Häuser fliegt ein Pferd", "yː-bɐ hY-zɐ fliːkt In pfeːɾt"),
        ("de", "die Schwester steht am Fenster", "diː ʃvɛs-tɐ ʃteːt am fɛn-stɐ"),
        ("de", "zwanzig 21", "ʦvan-ʦɪç In-ʊntʦ-van-ʦɪç"),
        ("de", "du my Baby", "duː mI bA-bi"),
        ("nl", "nou en", "nW ɛn"),
        ("nl", "ik ga naar buiten", "ɪk ɣaː naːr bœy-tən"),
        ("pl", "idę z tobą w noc", "i-dɛ stɔ-bɔ\u0303 wnɔʦ"),
        ("sv", "stjärnan sjunger själv", "ʃɛr-nan ʃø-ŋər ʃɛlv"),
        ("tr", "gece gel ağlama", "ɟe-ʤɛ ɟæl aː-la-ma"),
    ],
)
def test_what_the_program_says_is_sung(language: str, text: str, expected: str) -> None:
    assert shape(text, language) == expected.replace("ã", "a\u0303")
    assert not set(expected.replace("ã", "")) - VOCAB - set(" -")


@pytest.mark.usefixtures("folder")
def test_stress_and_little_words_are_those_of_the_whole_row() -> None:
    line = syllabify_line("तुम मेरे दिल की धड़कन हो।", "hi")
    assert line is not None
    assert [word.text for word in line.words] == ["तुम", "मेरे", "दिल", "की", "धड़कन", "हो"]
    assert [[s.stress for s in word.syllables] for word in line.words] == [[1], [1, 0], [1], [0], [2, 0, 1], [0]]
    assert [word.function for word in line.words] == [False, False, False, True, False, True]
    assert line.words[-1].trailing == "."


@pytest.mark.usefixtures("folder")
def test_a_word_without_a_vowel_goes_with_its_neighbour() -> None:
    line = syllabify_line("я иду к тебе", "ru")
    assert line is not None
    assert [word.text for word in line.words] == ["я", "иду", "к тебе"]


@pytest.mark.usefixtures("folder")
def test_words_of_other_scripts_keep_their_readers() -> None:
    assert shape("baby तुम", "hi") == "bA-bi tʊm"
    assert shape("hello αβ", "en") == "hə-lO æl-fə-bA-ɾə"


def test_the_program_runs_once_for_a_row(folder: Path) -> None:
    for _ in range(3):
        syllabify_line("चाँद पूछता है", "hi")
    assert fake_espeak.calls(folder) == ["-q --ipa=3 -b 1 -v hi | चाँद पूछता है"]


@pytest.mark.usefixtures("folder")
def test_lines_are_read_in_the_language_of_their_script() -> None:
    for text, language in (("तुम", "hi"), ("иду в", "ru"), ("я йду крізь ніч", "uk"), ("밤하늘의 별이", "ko")):
        assert line_language(text, "en") == language
    assert [line_language(text, "en") for text in ("η καρδιά μου", "the αβ house", "αβ")] == ["el", "en", "en"]
    lyrics = parse_lyrics("я йду крізь ніч\nиду в\n\nHold me tonight\n")
    assert lyrics.language == "uk"
    assert [line.language for line in lyrics.lines()] == ["uk", "uk", "en"]


@pytest.mark.usefixtures("folder")
def test_latin_letters_are_read_so_where_the_song_is_in_that_language() -> None:
    text = "über Häuser fliegt ein Pferd\nI will always love you\ndie Schwester steht am Fenster"
    assert [line.language for line in parse_lyrics(text, default_language="de").lines()] == ["de", "en", "de"]
    assert {line.language for line in parse_lyrics(text).lines()} == {"en"}


@pytest.mark.parametrize("language", ["de", "nl", "pl", "sv", "tr"])
def test_without_the_program_latin_letters_are_read_like_english(language: str) -> None:
    text = "über die Nacht\nik ga naar buiten\nidę z tobą w noc\ngece gel ağlama"
    assert parse_lyrics(text, default_language=language).sections == parse_lyrics(text).sections


def test_a_program_that_fails_leaves_latin_letters_to_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SONGWRIGHT_ESPEAK", str(fake_espeak.install(tmp_path, {})))
    assert shape("silver river", "de") == shape("silver river", "en")
    with pytest.raises(UnsingableText, match=r"Devanagari.*espeak-ng failed"):
        syllabify_line("तुम", "hi")


def test_a_program_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "espeak-ng"
    program.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("SONGWRIGHT_ESPEAK", str(program))
    monkeypatch.setattr(espeak, "TIMEOUT_S", 0.2)
    with pytest.raises(espeak.EspeakFailed, match="longer"):
        espeak.read(("तुम",), "hi")


@pytest.mark.parametrize(
    ("text", "script"), [("तुम", "Devanagari"), ("привет", "Cyrillic"), ("η καρδιά μου", "Greek"), ("별이", "Hangul")]
)
def test_without_the_program_its_name_is_in_the_error(text: str, script: str) -> None:
    with pytest.raises(UnsingableText, match=rf"{script}.*espeak-ng"):
        syllabify_line(text, "en")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("text", ["สวัสดี", "مرحبا", "שלום"])
def test_scripts_that_it_does_not_read_stay_errors(text: str) -> None:
    with pytest.raises(UnsingableText) as caught:
        syllabify_line(text, "en")
    assert "espeak" not in str(caught.value)


def test_the_engine_refuses_or_plans(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = NativeEngine(EngineSettings(data_dir=tmp_path))
    action = GenerateAction(lyrics="[Verse]\nतुम मेरे दिल की धड़कन हो\nचाँद पूछता है\n", prompt="a ballad", seed=5)
    engine.check(action)
    plan = plan_take(action, take=1, versions={})
    assert plan.lyrics.language == "hi"
    assert {part.phrases[0].voice for part in plan.performance.vocals} <= {"asha", "kabir"}
    sung = [s.phonemes for part in plan.performance.vocals for phrase in part.phrases for s in phrase.syllables]
    assert {"dʰʌ", "ɽə", "kən", "puːcʰ"} <= set(sung)
    monkeypatch.setenv("SONGWRIGHT_ESPEAK", "none")
    with pytest.raises(BadRequest, match="espeak-ng"):
        engine.check(action)


@pytest.mark.usefixtures("folder")
def test_words_that_are_not_given_are_english_and_so_is_who_sings_them() -> None:
    action = GenerateAction(prompt="तुम मेरे दिल की धड़कन हो", seed=5)
    brief = brief_of(action)
    assert brief.language == "hi"
    assert voice_language(action, brief) == "en"
    assert voice_language(replace(action, lyrics="तुम"), brief) == "hi"


@pytest.mark.usefixtures("folder")
def test_a_topic_it_could_read_still_goes_into_no_english_line() -> None:
    for text in write("तुम", seed=1, n=1):
        assert text.text.isascii() or "तुम" not in text.text


def test_doctor_tries_every_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=tmp_path)
    assert set(spoken.LANGUAGES) == {*spoken.SCRIPTS.values(), "uk", *spoken.LATIN}
    found = _espeak(settings)
    assert (found.good, found.needed) == (False, False)
    assert "install it to sing hi, ru" in found.text
    program = fake_espeak.install(tmp_path, dict.fromkeys(spoken.SAMPLES.values(), "la"))
    monkeypatch.setenv("SONGWRIGHT_ESPEAK", str(program))
    assert (espeak.program(), espeak.version()) == (str(program), "1.51")
    assert _espeak(settings).text.startswith("1.51 reads hi, ru")
    (tmp_path / "broken").mkdir()
    monkeypatch.setenv("SONGWRIGHT_ESPEAK", str(fake_espeak.install(tmp_path / "broken", {})))
    assert "failed" in _espeak(settings).text


def test_the_setting_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = fake_espeak.install(tmp_path, SAID)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("SONGWRIGHT_ESPEAK")
    assert espeak.program() == str(program)
    for value, expected in (("none", None), ("", str(program)), ("/nowhere/espeak-ng", None)):
        monkeypatch.setenv("SONGWRIGHT_ESPEAK", value)
        assert espeak.program() == expected
