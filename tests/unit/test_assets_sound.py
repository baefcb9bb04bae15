"""MP3, ID3 and PCM files, read back by decoders that are not ours."""

from __future__ import annotations

import hashlib
import io
import struct
from pathlib import Path

import mutagen.id3
import mutagen.mp3
import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from songwright.assets.id3 import id3_tag, initial_key, language_code, synchsafe
from songwright.assets.mp3 import Mp3Stream, crc16, dithered16, encode_mp3, frame_offsets
from songwright.assets.pcm import decode_pcm, encode_flac, encode_wav, flac_to_wav, wav_sha256, write_pcm
from songwright.domain.audio import to_pcm24
from songwright.domain.performance import AlignedWord
from songwright.domain.style import Key

RATE_HZ = 48_000


def _chirp(n: int) -> np.ndarray:
    t = np.arange(n) / RATE_HZ
    fade = np.minimum(1, np.minimum(t, t[::-1]) * 50)
    left = 0.4 * fade * np.sin(2 * np.pi * (200 * t + 400 * t * t))
    return np.stack([left, 0.7 * left], axis=1).astype(np.float32)


@pytest.mark.parametrize("n", [1, 575, 1152, 4800, 48_001, 96_123])
def test_mp3_decodes_to_exactly_the_samples_that_went_in(n: int) -> None:
    wave = _chirp(n)
    decoded, rate_hz = soundfile.read(io.BytesIO(encode_mp3(wave)), always_2d=True)
    assert rate_hz == RATE_HZ
    assert decoded.shape == wave.shape
    if n > 40_000:
        lags = range(-40, 41)
        middle = slice(5000, n - 5000)
        match = [float(np.dot(np.roll(decoded[:, 0], lag)[middle], wave[middle, 0])) for lag in lags]
        assert list(lags)[int(np.argmax(match))] == 0  # aligned to the sample
        assert np.sqrt(np.mean((decoded - wave)[middle] ** 2)) < 0.004


@pytest.mark.parametrize("chunk", [1, 13, 512, 4801])
def test_mp3_bytes_do_not_depend_on_the_chunks(chunk: int) -> None:
    wave = _chirp(9_000 if chunk < 100 else 60_000)
    stream = Mp3Stream()
    sent = b"".join(stream.feed(wave[at : at + chunk]) for at in range(0, len(wave), chunk)) + stream.finish()
    assert sent == stream.body
    assert stream.info_frame() + sent == encode_mp3(wave)


def test_mp3_streams_before_the_end() -> None:
    stream = Mp3Stream()
    first = stream.feed(_chirp(RATE_HZ))
    assert len(first) > 20_000  # nearly a second of 24,000 bytes per second
    assert frame_offsets(first)[0] == 0


def test_float_and_integer_samples_give_the_same_mp3() -> None:
    wave = _chirp(20_000)
    pcm = to_pcm24(wave)
    assert encode_mp3(pcm) == encode_mp3((pcm / 2**23).astype(np.float32))


def test_mp3_header_says_what_the_file_is() -> None:
    data = encode_mp3(_chirp(RATE_HZ * 2))
    info = mutagen.mp3.MP3(io.BytesIO(data)).info
    assert info.length == pytest.approx(2.0, abs=1e-4)
    assert (info.bitrate, info.sample_rate, info.channels) == (192_000, RATE_HZ, 2)
    assert info.bitrate_mode == mutagen.mp3.BitrateMode.CBR
    assert not info.sketchy
    n_frames = struct.unpack(">I", data[44:48])[0]
    assert n_frames == len(frame_offsets(data)) - 1
    assert struct.unpack(">I", data[48:52])[0] == len(data)


@pytest.mark.parametrize("bitrate_kbps", [128, 192, 256])
def test_mp3_keeps_the_level(bitrate_kbps: int) -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(RATE_HZ) / RATE_HZ)
    wave = np.stack([tone, tone], axis=1).astype(np.float32) * 0.4
    decoded, _ = soundfile.read(io.BytesIO(encode_mp3(wave, bitrate_kbps=bitrate_kbps)))
    middle = slice(10_000, 40_000)
    level_db = 20 * np.log10(np.sqrt(np.mean(decoded[middle] ** 2)) / np.sqrt(np.mean(wave[middle] ** 2)))
    assert abs(level_db) < 0.02


def test_unknown_bitrates_are_refused() -> None:
    with pytest.raises(ValueError, match="96 kbit/s"):
        Mp3Stream(bitrate_kbps=96)


def test_a_finished_stream_refuses_more() -> None:
    stream = Mp3Stream()
    stream.finish()
    with pytest.raises(ValueError, match="finished"):
        stream.feed(_chirp(10))


def test_an_open_stream_has_no_info_frame() -> None:
    with pytest.raises(ValueError, match="finished"):
        Mp3Stream().info_frame()


def test_dither_is_triangular_and_centred() -> None:
    quiet = np.full((200_000, 2), 0.25 / 32768, np.float32)
    steps = dithered16(quiet, np.random.default_rng(3))
    assert steps.mean() == pytest.approx(0.25, abs=0.01)  # the level below one step survives
    assert set(np.unique(steps)) == {-1, 0, 1}


@given(data=st.binary(max_size=700))
@settings(deadline=None, max_examples=60)
def test_lanes_give_the_checksum_of_the_plain_loop(data: bytes) -> None:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    assert crc16(data) == crc
    assert crc16(b"123456789") == 0xBB3D


WORDS = (
    AlignedWord(text="Snow", start_s=1.0, end_s=1.4, section_index=0, line_index=0, line_start=True),
    AlignedWord(text="falls,", start_s=1.5, end_s=2.0, section_index=0, line_index=0),
    AlignedWord(text="Café", start_s=61.239, end_s=62.0, section_index=0, line_index=1, line_start=True),
)


def test_tag_is_read_back_by_another_reader() -> None:
    jpeg = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 600 + b"\xff\xd9"
    tag = id3_tag(
        title="Lumière d'hiver 冬",
        style="folk, warm",
        bpm=92.4,
        key=Key.parse("Eb dorian"),
        date="2031-02-03",
        language="fr",
        cover_jpeg=jpeg,
        lyrics="Snow falls,\nCafé",
        words=WORDS,
    )
    data = encode_mp3(_chirp(24_000), tag=tag)
    tags = mutagen.id3.ID3(io.BytesIO(data))
    assert tags.version == (2, 4, 0)
    texts = {name: str(tags[name].text[0]) for name in ("TIT2", "TPE1", "TCON", "TBPM", "TKEY", "TDRC")}
    assert texts == {
        "TIT2": "Lumière d'hiver 冬",
        "TPE1": "Songwright",
        "TCON": "folk, warm",
        "TBPM": "92",
        "TKEY": "Ebm",
        "TDRC": "2031-02-03",
    }
    picture = tags.getall("APIC")[0]
    assert (picture.data, picture.mime, picture.type) == (jpeg, "image/jpeg", 3)
    plain = tags.getall("USLT")[0]
    assert (plain.lang, plain.text) == ("fra", "Snow falls,\nCafé")
    timed = tags.getall("SYLT")[0]
    assert (timed.lang, timed.format, timed.type) == ("fra", 2, 1)
    assert timed.text == [("Snow", 1000), (" falls,", 1500), ("\nCafé", 61239)]
    assert soundfile.info(io.BytesIO(data)).frames == 24_000
    assert soundfile.SoundFile(io.BytesIO(data)).title == "Lumière d'hiver 冬"


def test_tag_without_values_holds_only_title_and_artist() -> None:
    tags = mutagen.id3.ID3(io.BytesIO(id3_tag(title="A") + encode_mp3(_chirp(1200))))
    assert sorted(tags) == ["TIT2", "TPE1"]


def test_sizes_are_synchsafe() -> None:
    assert synchsafe(0x0FFFFFFF) == b"\x7f\x7f\x7f\x7f"
    assert synchsafe(257) == b"\x00\x00\x02\x01"
    with pytest.raises(ValueError, match="28 bits"):
        synchsafe(1 << 28)


@pytest.mark.parametrize(
    ("tag", "code"), [("en", "eng"), ("pt-BR", "por"), ("zh_CN", "zho"), ("JA", "jpn"), ("", "XXX"), ("xx", "XXX")]
)
def test_language_codes(tag: str, code: str) -> None:
    assert language_code(tag) == code


def test_every_key_fits_its_frame() -> None:
    from songwright.domain.style import MODES

    for mode in MODES:
        for pc in range(12):
            text = initial_key(Key(tonic_pc=pc, mode=mode))
            assert text[0] in "ABCDEFG"
            assert len(text) <= 3


def _random24(n: int) -> np.ndarray:
    rng = np.random.default_rng(5)
    samples = rng.integers(-(2**23), 2**23, (n, 2), dtype=np.int32)
    samples[0], samples[-1] = -(2**23), 2**23 - 1
    return samples


@pytest.mark.parametrize("encode", [encode_wav, encode_flac])
@pytest.mark.parametrize("n", [1, 65_536, 70_001])
def test_pcm_comes_back_bit_for_bit(encode, n: int) -> None:
    samples = _random24(n)
    data = encode(samples)
    read, rate_hz = soundfile.read(io.BytesIO(data), dtype="int32")
    assert rate_hz == RATE_HZ
    assert np.array_equal(read.reshape(n, 2), samples << 8)
    assert np.array_equal(decode_pcm(data)[0], samples)
    assert soundfile.info(io.BytesIO(data)).subtype == "PCM_24"
    assert encode(samples) == data


def test_flac_to_wav_keeps_the_samples() -> None:
    samples = _random24(100_000)
    assert flac_to_wav(encode_flac(samples)) == encode_wav(samples)


def test_the_checksum_is_that_of_the_wav_file() -> None:
    samples = _random24(100_000)
    assert wav_sha256(samples) == hashlib.sha256(encode_wav(samples)).hexdigest()


def test_pcm_files(tmp_path: Path) -> None:
    samples = _random24(500)
    for name in ("a.wav", "a.flac"):
        write_pcm(tmp_path / name, samples)
        assert np.array_equal(soundfile.read(tmp_path / name, dtype="int32")[0] >> 8, samples)
    with pytest.raises(ValueError, match=r"\.wav or \.flac"):
        write_pcm(tmp_path / "a.ogg", samples)


def test_samples_beyond_24_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="24 bits"):
        encode_wav(np.full((4, 2), 2**23, np.int32))
    with pytest.raises(ValueError, match="int32"):
        encode_flac(np.zeros((4, 2), np.float32))  # type: ignore[arg-type]
