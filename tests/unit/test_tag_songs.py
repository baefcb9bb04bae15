"""The auto-tagger's script, without its models: what counts as a genre, songs out of pages, rankings, checkpoints."""

from __future__ import annotations

import json
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from small_song import VERSIONS

from songwright.domain.action import GenerateAction
from songwright.engines.native.planning import plan_take
from songwright.engines.native.styles import all_styles
from songwright.evaluation.heard import Heard
from songwright.evaluation.report import page as report_page
from songwright.evaluation.sources import Item

ROOT = Path(__file__).parents[2]
MSD, MTT = "MSD_musicnn", "MTT_musicnn"
MP3 = b"\xff\xfb\x90\x64 not really sound"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import tag_songs

    yield tag_songs
    for name in [name for name in sys.modules if name == "tag_songs" or name.partition(".")[0] == "tagging"]:
        del sys.modules[name]


@pytest.fixture
def words(script: ModuleType) -> Any:
    return script.vocabulary()


def plain(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word.lower())


def likely(words: Any, model: str, *tags: str) -> list[float]:
    """Likelihoods under which these tags come first, in this order, then what is no genre."""
    genres = {tag for some in (*words.same.values(), *words.wider.values()) for tag in some}
    return [1 - 0.1 * tags.index(tag) if tag in tags else 0.1 * (tag not in genres) for tag in words.tags[model]]


def test_every_genre_stands_in_the_table(words: Any) -> None:
    assert set(words.same) == {style.id for style in all_styles()}
    assert all(len(set(tags)) == 50 for tags in words.tags.values())


def test_tags_that_name_a_genre_are_names_of_its_file(words: Any) -> None:
    for style in all_styles():
        names = {plain(name) for name in style.names} | ({"classic"} if style.id == "classical_piano" else set())
        assert {plain(tag) for tag in words.same[style.id]} <= names, style.id


def test_tags_of_a_genre_name_music_and_no_mood_voice_or_decade(words: Any) -> None:
    counting = {tag for some in (*words.same.values(), *words.wider.values()) for tag in some}
    assert not counting & {
        "guitar",
        "piano",
        "beat",
        "male vocalists",
        "female vocalists",
        "80s",
        "sad",
        "happy",
        "chill",
    }
    for genre in words.same:
        assert not set(words.same[genre]) & set(words.wider[genre]), genre


def test_wider_genres_count_only_where_a_model_has_no_tag_of_its_own(words: Any) -> None:
    assert words.closest("house", MSD) == ("same", ("House",))
    assert words.closest("house", MTT) == ("wider", ("electronic", "dance"))
    assert words.closest("salsa", MSD) == ("none", ())


def test_a_table_with_a_tag_that_no_model_has_is_refused(script: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "genres.toml"
    path.write_text('[models.one]\ntags = ["rock"]\n[genres]\npolka = { wider = ["oompah"] }\n')
    with pytest.raises(ValueError, match="polka names tags that no model has: oompah"):
        script.vocabulary(path)


def test_the_ranking_is_of_the_whole_list_and_five_count(script: ModuleType, words: Any) -> None:
    fifth = script.answer(likely(words, MSD, "sad", "90s", "pop", "rock", "folk"), "folk", MSD, words)
    assert [tag for tag, _ in fifth.top] == ["sad", "90s", "pop", "rock", "folk"]
    assert (fifth.rank, fifth.hit) == (5, True)
    sixth = script.answer(likely(words, MSD, "sad", "90s", "pop", "rock", "jazz", "folk"), "folk", MSD, words)
    assert (sixth.rank, sixth.hit) == (6, False)
    untagged = script.answer(likely(words, MSD, "rock"), "salsa", MSD, words)
    assert (untagged.rank, untagged.hit) == (None, None)
    assert script.answer([0.5] * 50, None, MTT, words).top[0] == ("guitar", 0.5)  # equal: the model's order


def test_a_wider_genre_alone_is_a_miss_and_is_told(script: ModuleType, words: Any) -> None:
    said = script.answer(likely(words, MSD, "rock", "pop"), "punk", MSD, words)
    assert (said.hit, said.wider_rank) == (False, 1)


def test_the_model_with_the_closer_tag_decides(script: ModuleType, words: Any) -> None:
    def both(genre: str, first: str, second: str) -> bool | None:
        said = [script.answer(likely(words, m, tag), genre, m, words) for m, tag in ((MSD, first), (MTT, second))]
        return script.together(said)

    assert both("house", "rock", "dance") is False  # only MSD has "House", and does not say it
    assert both("house", "House", "rock") is True
    assert both("techno", "dance", "rock") is False
    assert both("pop", "sad", "pop") is True  # both have "pop": one is enough
    assert both("salsa", "rock", "rock") is None


def test_counts_leave_out_what_has_no_tag_or_no_genre(script: ModuleType, words: Any) -> None:
    rows = []
    for name, genre, heard in (
        ("a", "rock", "rock"),
        ("b", "jazz_swing", "sad"),
        ("c", "salsa", "rock"),
        ("d", None, "rock"),
    ):
        said = {model: script.answer(likely(words, model, heard), genre, model, words) for model in words.tags}
        rows.append(script.row_of(script.Song(name=name, genre=genre, sound=b""), 60.0, said))
    found = script.summary(rows, words.tags)
    assert (found[MSD]["songs"], found[MSD]["no_such_tag"]) == (2, 1)
    assert (found[MTT]["songs"], found[MTT]["hit"], found[MTT]["no_such_tag"]) == (1, 1, 2)
    page = script.markdown({"versions": {"musicnn": "0.1.0"}, "summary": found, "songs": rows}, words)
    assert "| c | salsa | " in page
    assert "no such tag" in page
    assert "afrobeat" in page
    json.dumps(rows)


def test_the_sound_and_genre_of_a_page_are_found(script: ModuleType, tmp_path: Path) -> None:
    plan = plan_take(GenerateAction(prompt="lo-fi for studying", instrumental=True, seed=1), take=1, versions=VERSIONS)
    song = Heard(master=np.zeros((48000, 2), np.float32), mp3=None, plan=plan)
    head = report_page._head(Item(name="cats & dogs", song=song, mp3=MP3, entry={}), "A title", ())
    (tmp_path / "cats.html").write_text(head, encoding="utf-8")
    (tmp_path / "bare.mp3").write_bytes(MP3)
    page, bare = script.songs_in([tmp_path, tmp_path / "bare.mp3"], {"bare": "rock"})
    assert (page.name, page.genre, page.sound) == ("cats & dogs", "lo_fi", MP3)
    assert (bare.name, bare.genre, bare.sound) == ("bare", "rock", MP3)
    (tmp_path / "cats.html").write_text("<p>no player</p>", encoding="utf-8")
    with pytest.raises(ValueError, match="cats: the page has no MP3"):
        list(script.songs_in([tmp_path], {}))


def test_genres_come_from_an_evaluation_or_a_table(script: ModuleType) -> None:
    assert script.genres_of({"songs": [{"name": "one", "genre": "pop"}, {"name": "two"}]}) == {"one": "pop"}
    assert script.genres_of({"one": "pop"}) == {"one": "pop"}


def varint(value: int) -> bytes:
    return bytes([value & 0x7F | 0x80]) + varint(value >> 7) if value > 0x7F else bytes([value])


def block(pairs: list[tuple[bytes, bytes]]) -> bytes:
    """A block of a LevelDB table; keys share what they can with the one before."""
    out, last = b"", b""
    for key, value in pairs:
        shared = next(
            (at for at, (a, b) in enumerate(zip(last, key, strict=False)) if a != b), min(len(last), len(key))
        )
        out += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        last = key
    return out + struct.pack("<II", 0, 1)


def entry(array: np.ndarray, offset: int) -> bytes:
    dims = b"".join(b"\x12" + varint(len(varint(n)) + 1) + b"\x08" + varint(n) for n in array.shape)
    return b"\x08\x01\x12" + varint(len(dims)) + dims + b"\x20" + varint(offset) + b"\x35crc!"


def test_a_checkpoint_is_read(script: ModuleType, tmp_path: Path) -> None:
    from tagging.network import read_checkpoint  # pyright: ignore[reportMissingImports]

    rng = np.random.default_rng(1)
    kernel, bias = rng.random((200, 3)).astype(np.float32), rng.random(300).astype(np.float32)
    data = block([(b"", b"head"), (b"conv/bias", entry(bias, 0)), (b"conv/kernel", entry(kernel, bias.nbytes))])
    index = block([(b"d", varint(0) + varint(len(data)))])
    footer = varint(0) + varint(0) + varint(len(data) + 5) + varint(len(index))
    raw = data + bytes(5) + index + bytes(5) + footer.ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57)
    (tmp_path / ".index").write_bytes(raw)
    (tmp_path / ".data-00000-of-00001").write_bytes(bias.tobytes() + kernel.tobytes())
    arrays = read_checkpoint(tmp_path)
    assert list(arrays) == ["conv/bias", "conv/kernel"]
    assert np.array_equal(arrays["conv/bias"], bias)
    assert np.array_equal(arrays["conv/kernel"], kernel)
    (tmp_path / ".index").write_bytes(raw[:-1] + b"?")
    with pytest.raises(ValueError, match="not a table"):
        read_checkpoint(tmp_path)
