"""Uploads: every format in, hostile bytes out."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
import soundfile

from songwright.assets.decode import decode_upload
from songwright.assets.mp3 import encode_mp3
from songwright.errors import BadRequest


def tone(seconds: float = 2.0, rate: int = 48_000, channels: int = 2) -> np.ndarray:
    t = np.arange(round(seconds * rate)) / rate
    return np.repeat((0.4 * np.sin(2 * np.pi * 440 * t))[:, None], channels, axis=1)


def written(container: str, subtype: str, *, rate: int = 48_000, channels: int = 2, seconds: float = 2.0) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, tone(seconds, rate, channels), rate, format=container, subtype=subtype)
    return out.getvalue()


def m4a() -> bytes:
    import av

    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=44_100)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(tone(2.0, 44_100).T.astype(np.float32)), format="fltp", layout="stereo"
        )
        frame.sample_rate = 44_100
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return out.getvalue()


@pytest.mark.parametrize(
    ("container", "subtype", "rate", "channels"),
    [
        ("WAV", "PCM_16", 48_000, 2),
        ("WAV", "PCM_U8", 11_025, 1),
        ("WAV", "FLOAT", 96_000, 2),
        ("WAV", "PCM_24", 44_100, 6),
        ("WAV", "PCM_24", 48_000, 2),
        ("WAV", "PCM_U8", 8_000, 1),
        ("WAV", "DOUBLE", 44_100, 2),
        ("WAV", "ULAW", 8_000, 1),
        ("WAV", "IMA_ADPCM", 44_100, 2),
        ("AIFF", "PCM_16", 44_100, 2),
        ("FLAC", "PCM_16", 96_000, 2),
        ("OGG", "OPUS", 48_000, 2),
        ("FLAC", "PCM_24", 44_100, 1),
        ("OGG", "VORBIS", 22_050, 2),
        ("MP3", "MPEG_LAYER_III", 44_100, 2),
        ("MP3", "MPEG_LAYER_III", 22_050, 1),
        ("MP3", "MPEG_LAYER_III", 8_000, 1),
    ],
)
def test_formats_rates_and_channels_are_taken(container: str, subtype: str, rate: int, channels: int) -> None:
    audio = decode_upload(written(container, subtype, rate=rate, channels=channels))
    check(audio.samples)


def test_m4a_and_our_own_mp3_are_taken() -> None:
    check(decode_upload(m4a()).samples)
    check(decode_upload(encode_mp3(np.rint(tone() * 2**23).astype(np.int32))).samples)


def tagged_mp3() -> bytes:
    """An MP3 as shops sell it: texts and a large picture in front, an old tag behind."""

    def frame(name: bytes, content: bytes) -> bytes:
        return name + struct.pack(">IH", len(content), 0) + content

    picture = frame(b"APIC", b"\x00image/jpeg\x00\x03\x00" + bytes([0xFF, 0xD8, 0xFF, 0xFB]) * 40_000)
    frames = frame(b"TIT2", b"\x01" + "Näive ♫".encode("utf-16")) + picture + bytes(500)
    size = bytes((len(frames) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + frames + written("MP3", "MPEG_LAYER_III") + b"TAG" + bytes(125)


def test_tags_and_pictures_are_passed_over() -> None:
    check(decode_upload(tagged_mp3()).samples)


CUT = {
    "WAV": lambda: written("WAV", "PCM_16", seconds=4.0),
    "FLAC": lambda: written("FLAC", "PCM_16", seconds=4.0),
    "OGG": lambda: written("OGG", "VORBIS", seconds=4.0),
    "MP3": lambda: written("MP3", "MPEG_LAYER_III", seconds=4.0),
    "M4A": m4a,
}


@pytest.mark.parametrize("share", [0.01, 0.05, 0.5, 0.9])
@pytest.mark.parametrize("name", sorted(CUT))
def test_what_is_cut_off_is_taken_in_part_or_refused_clearly(name: str, share: float) -> None:
    whole = CUT[name]()
    got = taken(whole[: int(len(whole) * share)])
    if isinstance(got, BadRequest):
        assert len(got.message) > 40
        assert "does not exist" not in got.message
    else:
        assert 1.0 <= len(got) / 48_000 <= 4.0 * share + 0.2
        assert np.isfinite(got).all()


def taken(data: bytes) -> np.ndarray | BadRequest:
    try:
        return decode_upload(data).samples
    except BadRequest as refused:
        return refused


def test_what_is_cut_off_in_the_middle_of_wav_and_mp3_is_taken() -> None:
    for name in ("WAV", "MP3"):
        whole = CUT[name]()
        assert len(decode_upload(whole[: len(whole) // 2]).samples) / 48_000 == pytest.approx(2.0, abs=0.2)


def check(samples: np.ndarray) -> None:
    assert samples.dtype == np.float32
    assert samples.shape[1] == 2
    assert abs(len(samples) / 48_000 - 2.0) < 0.1
    middle = samples[24_000:72_000, 0]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert abs(spectrum.argmax() * 48_000 / len(middle) - 440) < 2
    assert 0.2 < np.abs(middle).max() < 1.0


def wav_header(rate: int, channels: int, size: int) -> bytes:
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", size, b"WAVE", b"fmt ", 16, 1, channels, rate, rate, 4, 16)
    return head + struct.pack("<4sI", b"data", size)


def not_finite() -> bytes:
    out = io.BytesIO()
    soundfile.write(out, np.full((48_000, 2), np.nan, np.float32), 48_000, format="WAV", subtype="FLOAT")
    return out.getvalue()


HOSTILE = {
    "empty": lambda: b"",
    "text": lambda: b"this is no sound at all " * 40,
    "html": lambda: b"<!doctype html><html></html>" * 20,
    "zeros": lambda: bytes(4096),
    "picture": lambda: b"\xff\xd8\xff\xe0" + bytes(3000),
    "zip": lambda: b"PK\x03\x04" + bytes(3000),
    "header alone": lambda: wav_header(48_000, 2, 0),
    "ogg beginning": lambda: b"OggS" + bytes(100),
    "flac beginning": lambda: b"fLaC" + bytes(100),
    "mp4 beginning": lambda: struct.pack(">I4s4s", 24, b"ftyp", b"M4A ") + bytes(200),
    "many channels": lambda: written("WAV", "PCM_16", channels=9),
    "slow rate": lambda: written("WAV", "PCM_16", rate=2000, seconds=3.0),
    "too short": lambda: written("WAV", "PCM_16", seconds=0.2),
    "not finite": not_finite,
    "id3 alone": lambda: b"ID3\x04\x00\x00\x00\x00\x0f\x76" + bytes(2000),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_what_cannot_be_used_is_refused_clearly(name: str) -> None:
    with pytest.raises(BadRequest) as caught:
        decode_upload(HOSTILE[name]())
    assert len(caught.value.message) > 20


def test_long_sound_is_refused_before_it_is_decoded_whole() -> None:
    with pytest.raises(BadRequest, match="s"):
        decode_upload(written("FLAC", "PCM_16", seconds=30.0), max_duration_s=5.0)


def test_ten_minutes_are_the_most() -> None:
    out = io.BytesIO()
    soundfile.write(out, np.zeros(8_000 * 602, np.int16), 8_000, format="FLAC", subtype="PCM_16")
    with pytest.raises(BadRequest, match="longer than 600 s"):
        decode_upload(out.getvalue())
