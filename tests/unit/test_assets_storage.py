"""Storage over a folder and in memory."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from songwright.assets.storage import BadKeyError, Storage, check_key


@pytest.fixture(params=["folder", "memory"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    return Storage.open(tmp_path / "assets" if request.param == "folder" else "memory://")


def test_what_is_put_can_be_read(storage: Storage) -> None:
    storage.put("clips/a/audio.mp3", b"0123456789", mime_type="audio/mpeg")
    assert storage.get("clips/a/audio.mp3") == b"0123456789"
    assert storage.get_range("clips/a/audio.mp3", 2, 5) == b"234"
    assert storage.get_range("clips/a/audio.mp3", 8, 99) == b"89"
    assert storage.get_range("clips/a/audio.mp3", 10, 12) == b""
    assert b"".join(storage.chunks("clips/a/audio.mp3", 1, 9, chunk_bytes=3)) == b"12345678"
    info = storage.info("clips/a/audio.mp3")
    assert (info.size_bytes, bool(info.etag)) == (10, True)


def test_putting_again_replaces_and_changes_the_etag(storage: Storage) -> None:
    storage.put("k", b"one")
    before = storage.info("k").etag
    storage.put("k", b"three")
    assert storage.get("k") == b"three"
    assert storage.info("k").etag != before


def test_missing_objects(storage: Storage) -> None:
    assert not storage.exists("nothing/here")
    for read in (storage.get, storage.info):
        with pytest.raises(FileNotFoundError):
            read("nothing/here")
    storage.delete("nothing/here")  # no error
    storage.put("x/y", b"1")
    storage.delete("x/y")
    assert not storage.exists("x/y")


def test_list_is_sorted_and_below_the_prefix(storage: Storage) -> None:
    for key in ("clips/b/2", "clips/a/1", "other/3", "clips-too/4"):
        storage.put(key, key.encode())
    assert [info.key for info in storage.list("clips")] == ["clips/a/1", "clips/b/2"]
    assert len(storage.list()) == 4
    assert storage.list("nowhere") == []


@pytest.mark.parametrize(
    "key",
    [
        "../secret", "a/../../b", "/etc/passwd", "a//b", "", "a/", ".", "a/.", ".hidden", "a\\b", "a b", "a\x00b",
        "C:/x", "a/%2e%2e/b", "ä", "x" * 300, "/".join(["abcdefghij"] * 100), "a\n",
    ],
)  # fmt: skip
def test_no_key_leaves_the_folder(key: str, tmp_path: Path) -> None:
    storage = Storage.open(tmp_path / "inner")
    (tmp_path / "secret").write_text("no")
    for act in (lambda: storage.put(key, b"x"), lambda: storage.get(key), lambda: storage.delete(key)):
        with pytest.raises(BadKeyError):
            act()
    with pytest.raises(BadKeyError):
        check_key(key)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["inner", "secret"]
    assert not any((tmp_path / "inner").iterdir())


def test_bad_ranges(storage: Storage) -> None:
    storage.put("k", b"12345")
    for start, end in ((-1, 2), (3, 2)):
        with pytest.raises(ValueError, match="not a range"):
            storage.get_range("k", start, end)


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    storage = Storage.open(tmp_path)
    versions = [bytes([n]) * 300_000 for n in range(2)]
    storage.put("k", versions[0])
    stop, torn = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            data = storage.get("k")
            if data not in versions:
                torn.append(len(data))

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(60):
        storage.put("k", versions[turn % 2])
    stop.set()
    reader.join()
    assert not torn


def test_folder_urls_and_unknown_schemes(tmp_path: Path) -> None:
    Storage.open((tmp_path / "a b").as_uri()).put("k", b"1")
    assert (tmp_path / "a b" / "k").read_bytes() == b"1"
    with pytest.raises(ValueError, match="ftp"):
        Storage.open("ftp://example.org/x")


def test_s3_is_opened_without_a_call() -> None:
    storage = Storage.open("s3://bucket/some/prefix", region="eu-central-1", skip_signature="true")
    with pytest.raises(BadKeyError):
        storage.get("../x")
