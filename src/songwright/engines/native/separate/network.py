"""The separating network: a U-Net that looks at 12 s of magnitudes and says how much of each is voice.

Jansson et al., "Singing voice separation with deep U-Net convolutional networks", ISMIR 2017, as trained in Spleeter
(Hennequin et al., "Spleeter: a fast and efficient music source separation tool with pre-trained models", JOSS 2020):
one net estimates the voice, one the band, and the voice's share of their powers is the mask.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from songwright.domain.audio import F32

FRAMES, BINS, CHANNELS = 512, 1024, 2  # of one look: time, frequency up to 11 kHz, left and right
EPSILON = 1e-10  # of the ratio: silence is shared by halves
LEAK, NORM_EPSILON = 0.2, 1e-3
WIDTHS = (16, 32, 64, 128, 256, 512)  # channels after each halving
UP_WIDTHS = (256, 128, 64, 32, 16, 1)  # and after each doubling
PADS = [1, 1, 2, 2]  # what TensorFlow's "same" means for kernel 5, stride 2

Weights = Mapping[str, F32]


def weight_shapes() -> dict[str, tuple[int, ...]]:
    """Name and shape of every array that one net needs."""
    shapes: dict[str, tuple[int, ...]] = {}

    def norm(name: str, width: int) -> None:
        for field in ("weight", "bias", "running_mean", "running_var"):
            shapes[f"{name}.{field}"] = (width,)

    before = CHANNELS
    for number, width in enumerate(WIDTHS, start=1):
        shapes |= {f"down{number}_conv.1.weight": (width, before, 5, 5), f"down{number}_conv.1.bias": (width,)}
        if number < len(WIDTHS):
            norm(f"down{number}_act.0", width)
        before = width
    for number, width in enumerate(UP_WIDTHS, start=1):
        shapes |= {f"up{number}.0.weight": (before, width, 5, 5), f"up{number}.0.bias": (width,)}
        norm(f"up{number}.3", width)
        before = 2 * width
    return shapes | {"up7.0.weight": (CHANNELS, 1, 4, 4), "up7.0.bias": (CHANNELS,)}


def check_weights(weights: Weights) -> None:
    """Raise ValueError for the first array that is missing or has another shape or type."""
    for name, shape in weight_shapes().items():
        found = weights.get(name)
        if found is None:
            raise ValueError(f"the weights hold no {name}")
        if found.shape != shape or found.dtype != np.float32:
            raise ValueError(f"{name} is {found.dtype} {found.shape}, not float32 {shape}")


def mask_model(voice: Weights, band: Weights, *, frames: int = FRAMES, bins: int = BINS) -> Any:
    """The ONNX model ``magnitudes`` (1, 2, frames, bins) -> ``mask`` of the voice, same shape, 0..1.

    ``frames`` and ``bins`` are multiples of 64. Raises ValueError for weights of another network.
    """
    from onnx import TensorProto, helper

    graph = _Graph()
    powers = [
        graph.add("Mul", [estimate, estimate]) for estimate in (_net(graph, "voice", voice), _net(graph, "band", band))
    ]
    half = graph.constant("half_epsilon", np.array(EPSILON / 2, np.float32))
    whole = graph.constant("epsilon", np.array(EPSILON, np.float32))
    mine = graph.add("Add", [powers[0], half])
    total = graph.add("Add", [graph.add("Add", powers), whole])
    graph.add("Div", [mine, total], output="mask")
    shape = [1, CHANNELS, frames, bins]
    made = helper.make_graph(
        graph.nodes,
        "voice_mask",
        [helper.make_tensor_value_info("magnitudes", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("mask", TensorProto.FLOAT, shape)],
        graph.initializers,
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


class _Graph:
    """Nodes and constants, in the order they are made."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []

    def constant(self, name: str, value: F32) -> str:
        from onnx import numpy_helper

        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, inputs: list[str], *, output: str = "", **attributes: Any) -> str:
        from onnx import helper

        name = output or f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name


def _net(graph: _Graph, prefix: str, weights: Weights) -> str:
    """One net's estimate of its part's magnitudes."""
    check_weights(weights)

    def held(name: str, *fields: str) -> list[str]:
        return [graph.constant(f"{prefix}.{name}.{field}", weights[f"{name}.{field}"]) for field in fields]

    def normed(name: str, x: str) -> str:
        stored = held(name, "weight", "bias", "running_mean", "running_var")
        return graph.add("BatchNormalization", [x, *stored], epsilon=NORM_EPSILON)

    x, skips = "magnitudes", list[str]()
    for number in range(1, len(WIDTHS) + 1):
        stored = held(f"down{number}_conv.1", "weight", "bias")
        convolved = graph.add("Conv", [x, *stored], kernel_shape=[5, 5], strides=[2, 2], pads=PADS)
        skips.append(convolved)
        if number < len(WIDTHS):
            x = graph.add("LeakyRelu", [normed(f"down{number}_act.0", convolved)], alpha=LEAK)
    x = skips.pop()
    for number in range(1, len(UP_WIDTHS) + 1):
        if number > 1:
            x = graph.add("Concat", [skips.pop(), x], axis=1)
        stored = held(f"up{number}.0", "weight", "bias")
        x = graph.add("ConvTranspose", [x, *stored], kernel_shape=[5, 5], strides=[2, 2], pads=PADS)
        x = normed(f"up{number}.3", graph.add("Relu", [x]))
    stored = held("up7.0", "weight", "bias")
    x = graph.add("Conv", [x, *stored], kernel_shape=[4, 4], dilations=[2, 2], pads=[3, 3, 3, 3])
    return graph.add("Mul", [graph.add("Sigmoid", [x]), "magnitudes"])
