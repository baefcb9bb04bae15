"""Recordings are recognised after coding, noise, cropping and small speed changes, and not mistaken."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile
from scipy.signal import resample_poly
from typer.testing import CliRunner

from songwright.cli.commands import app
from songwright.errors import BadRequest
from songwright.policy import Policy, PolicyFileError
from songwright.policy.acoustic import AGREEMENT, Registry, fingerprint

RATE = 48_000


def song(seed: int, seconds: float = 20.0, rate: int = RATE) -> np.ndarray:
    """Plucked chords and a tune over a beat, all notes of one scale, so that different songs are alike."""
    draw = np.random.default_rng(seed)
    beat = int(rate * 60 / draw.integers(80, 140) / 2)
    n = int(seconds * rate)
    out = draw.normal(0, 1e-3, n)
    scale = np.array([0, 2, 4, 5, 7, 9, 11])
    for k, start in enumerate(range(0, n, beat)):
        length = min(2 * beat, n - start)
        t = np.arange(length) / rate
        notes = [60 + draw.choice(scale) + 12 * draw.integers(0, 2)]
        if k % 4 == 0:
            root = draw.integers(0, 7)
            notes += [48 + scale[(root + i) % 7] for i in (0, 2, 4)]
        for note in notes:
            f0 = 440 * 2 ** ((note - 69) / 12)
            for h in range(1, 6):
                out[start : start + length] += 0.1 / h * np.sin(2 * np.pi * f0 * h * t) * np.exp(-3 * t)
        out[start : start + length] += draw.normal(0, 0.1, length) * np.exp(-40 * t)
    return (out / np.abs(out).max() * 0.8).astype(np.float32)


@pytest.fixture(scope="module")
def known():
    return song(1)


@pytest.fixture(scope="module")
def registry(known):
    return Registry({"harbour": fingerprint(known), "other": fingerprint(song(2))})


def mp3(samples):
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, format="MP3")
    file.seek(0)
    return soundfile.read(file, dtype="float32")[0]


def noisy(samples):
    noise = np.random.default_rng(9).normal(0, 1, samples.size)
    return (samples + noise * np.sqrt(np.mean(samples**2)) * 0.1).astype(np.float32)


def at_speed(up, down):
    return lambda samples: resample_poly(samples, down, up).astype(np.float32)


CHANGES = {
    "as it is": lambda x: x,
    "stereo": lambda x: np.column_stack([x, x]),
    "gain": lambda x: x * 0.05,
    "mp3": mp3,
    "noise at 20 dB": noisy,
    "crop of 10 s": lambda x: x[int(4.321 * RATE) : int(14.4 * RATE)],
    "inside other sound": lambda x: np.concatenate([song(30, 8), x[: 15 * RATE], song(31, 8)]),
    "2 % faster": at_speed(102, 100),
    "2 % slower": at_speed(98, 100),
    "1.5 % faster": at_speed(203, 200),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_recording_is_recognised(registry, known, change):
    match = registry.match(CHANGES[change](known))
    assert match is not None
    assert match.name == "harbour"


def test_another_sample_rate_is_recognised(registry, known):
    assert registry.match(resample_poly(known, 147, 160).astype(np.float32), sample_rate_hz=44_100).name == "harbour"


def test_twenty_other_sounds_are_not(known):
    noise = np.random.default_rng(3).normal(0, 0.1, 15 * RATE).astype(np.float32)
    tone = (0.5 * np.sin(2 * np.pi * 440 * np.arange(15 * RATE) / RATE)).astype(np.float32)
    registry = Registry({"song": fingerprint(known), "noise": fingerprint(noise), "tone": fingerprint(tone)})
    for seed in range(100, 117):
        assert registry.match(song(seed, 12)) is None, seed
    other = np.random.default_rng(4).normal(0, 0.1, 12 * RATE).astype(np.float32)
    assert registry.match(other) is None
    assert registry.match(np.zeros(12 * RATE, np.float32)) is None
    assert registry.match(np.zeros(0, np.float32)) is None
    assert AGREEMENT > 0.3


def test_a_fingerprint_is_the_same_every_time(known):
    assert fingerprint(known) == fingerprint(known.copy())
    assert fingerprint(known[:100]) == b""


def test_add_audio_registers_and_uploads_are_refused(tmp_path, monkeypatch, known):
    folder = tmp_path / "policy"
    folder.mkdir()
    soundfile.write(tmp_path / "a.wav", known, RATE)
    monkeypatch.setenv("SONGWRIGHT_POLICY_DIR", str(folder))
    done = CliRunner().invoke(app, ["policy", "add-audio", str(tmp_path / "a.wav"), "Harbour Bells"])
    assert done.exit_code == 0, done.output
    policy = Policy.load(folder)
    with pytest.raises(BadRequest) as caught:
        policy.check_audio(known)
    assert caught.value.message == "Uploaded audio matches existing work of art."
    policy.check_audio(song(50, 12))
    (folder / "registered_audio" / "bad.fp").write_bytes(b"nothing")
    with pytest.raises(PolicyFileError, match=r"bad\.fp, line 1"):
        Policy.load(folder)


def test_add_audio_explains_itself(tmp_path, monkeypatch, known):
    monkeypatch.delenv("SONGWRIGHT_POLICY_DIR", raising=False)
    soundfile.write(tmp_path / "a.wav", known[: 2 * RATE], RATE)
    done = CliRunner().invoke(app, ["policy", "add-audio", str(tmp_path / "a.wav"), "x"])
    assert done.exit_code == 1
    with pytest.raises(ValueError, match="shorter"):
        Policy.load(tmp_path).register(known[: 2 * RATE], "x")
    with pytest.raises(ValueError, match="needs a name"):
        Policy.load(tmp_path).register(known, " ")
