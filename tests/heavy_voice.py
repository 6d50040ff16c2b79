#!/usr/bin/env python3
"""Builds a voice that weighs what a real one does, and says nothing:   heavy_voice.py VOICE.onnx x_low|medium|high LANGUAGE

Its layers have the sizes of those of Piper's voices (VITS: an encoder of text, a flow, and a decoder like HiFi-GAN) with random weights, so
that the real Piper needs the same memory and about the same time for it: its file has 20 MB for x_low, 60 for medium, 100 for high. It
needs onnx, as tiny_voice.py does beside it, whose letters it has. Each of them sounds for some frames: about 19 letters a second.
"""

import sys
from typing import Any, NamedTuple

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tiny_voice import NAMES, describe

WIDENED = ((8, 16), (8, 16), (4, 8))
"""How often the decoder makes more samples of each, and from how many: 256 of a frame."""
DILATED = ((3, (1, 2)), (5, (2, 6)), (7, (3, 12)))
"""The widths of its convolutions, and how far apart what they see is."""


class Size(NamedTuple):
    """The sizes of a quality of Piper's voices."""

    hertz: int
    hidden: int
    filter: int
    frames: tuple[int, int, int]
    """For the padding between letters, for a blank, and for any other letter."""
    channels: int = 256
    """Of the decoder, where it begins; it halves them three times."""
    deep: int = 1
    """How often each of its convolutions is there."""


SIZES = {
    "x_low": Size(16_000, 96, 384, (1, 3, 2)),
    "medium": Size(22_050, 192, 768, (1, 2, 4)),
    "high": Size(22_050, 192, 768, (1, 2, 4), 512, 3),
}


class Graph:
    """Nodes and weights. What a method gives is the name of what it has added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._chance = np.random.default_rng(0)

    def add(self, kind: str, *inputs: str, **how: Any) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [f"n{len(self.nodes)}"], **how))
        return str(self.nodes[-1].output[0])

    def weight(self, values: Any, kind: Any = np.int64) -> str:
        self.weights.append(numpy_helper.from_array(np.array(values, kind), f"w{len(self.weights)}"))
        return str(self.weights[-1].name)

    def chance(self, *shape: int, inputs: int) -> str:
        return self.weight(self._chance.standard_normal(shape) / np.sqrt(inputs), np.float32)

    def conv(self, x: str, channels: int, to: int, width: int = 1, apart: int = 1) -> str:
        edge = (width - 1) * apart // 2
        weights = self.chance(to, channels, width, inputs=channels * width)
        return self.add("Conv", x, weights, kernel_shape=[width], dilations=[apart], pads=[edge, edge])

    def part(self, x: str, start: int, end: int, axis: int) -> str:
        return self.add("Slice", x, self.weight([start]), self.weight([end]), self.weight([axis]))

    def swapped(self, x: str) -> str:
        return self.add("Transpose", x, perm=[0, 2, 1])


def spread(g: Graph, ids: str, frames: tuple[int, int, int]) -> str:
    """Which id sounds in which frame: zeros and ones, [1, ids, frames]."""
    padding, blank, letter = frames
    known = [padding] * 3 + [blank if name == " " else letter for name in NAMES[3:]]
    lengths = g.add("Ceil", g.add("Mul", g.add("Gather", g.weight(known, np.float32), ids), g.part("scales", 1, 2, 0)))
    ends = g.add("CumSum", lengths, g.weight(0))
    begins, ends = (g.add("Unsqueeze", one, g.weight([1])) for one in (g.add("Sub", ends, lengths), ends))
    all_of_them = g.add("Range", g.weight(0, np.float32), g.add("ReduceSum", lengths, keepdims=0), g.weight(1, np.float32))
    inside = g.add("And", g.add("Less", all_of_them, ends), g.add("GreaterOrEqual", all_of_them, begins))
    return g.add("Unsqueeze", g.add("Cast", inside, to=TensorProto.FLOAT), g.weight([0]))


def encoded(g: Graph, ids: str, hidden: int, filter: int) -> str:
    """The text as Piper's encoder has it, [1, hidden, ids]: six layers of attention and convolution."""
    x = g.swapped(g.add("Unsqueeze", g.add("Gather", g.chance(len(NAMES), hidden, inputs=1), ids), g.weight([0])))
    for _ in range(6):
        query, key, value = (g.conv(x, hidden, hidden) for _ in range(3))
        heeded = g.add("Softmax", g.add("MatMul", g.swapped(query), key), axis=-1)
        x = g.add("Tanh", g.add("Add", x, g.conv(g.add("MatMul", value, g.swapped(heeded)), hidden, hidden)))
        x = g.add("Tanh", g.add("Add", x, g.conv(g.add("Relu", g.conv(x, hidden, filter, 3)), filter, hidden, 3)))
    return x


def flowed(g: Graph, x: str, hidden: int) -> str:
    """The frames after the flow: four times four gated convolutions."""
    for _ in range(16):
        both = g.conv(x, hidden, 2 * hidden, 5)
        value, gate = (g.part(both, half * hidden, (half + 1) * hidden, 1) for half in (0, 1))
        both = g.conv(g.add("Mul", g.add("Tanh", value), g.add("Sigmoid", gate)), hidden, 2 * hidden)
        x = g.add("Tanh", g.add("Add", x, g.part(both, 0, hidden, 1)))
    return x


def decoded(g: Graph, x: str, size: Size) -> str:
    """Samples from frames, [1, 1, samples]; this is where the memory goes."""
    channels = size.channels
    x = g.conv(x, size.hidden, channels, 7)
    for times, width in WIDENED:
        weights = g.chance(channels, channels // 2, width, inputs=channels * width // times)
        edge = (width - times) // 2
        x = g.add("LeakyRelu", x, alpha=0.1)
        x = g.add("ConvTranspose", x, weights, kernel_shape=[width], strides=[times], pads=[edge, edge])
        channels //= 2
        ways = []
        for wide, aparts in DILATED:
            way = x
            for apart in aparts * size.deep:
                way = g.add("Add", way, g.conv(g.add("LeakyRelu", way, alpha=0.1), channels, channels, wide, apart))
            ways.append(way)
        x = g.add("Mul", g.add("Sum", *ways), g.weight(0.2, np.float32))
    return g.add("Tanh", g.conv(g.add("LeakyRelu", x, alpha=0.01), channels, 1, 7))


def model(size: Size) -> onnx.ModelProto:
    """Its inputs and output are those of Piper's own voices."""
    g = Graph()
    ids = g.add("Squeeze", "input", g.weight([0]))
    frames = g.add("MatMul", encoded(g, ids, size.hidden, size.filter), spread(g, ids, size.frames))
    sound = decoded(g, flowed(g, frames, size.hidden), size)
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, "ids"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    outputs = [helper.make_tensor_value_info(sound, TensorProto.FLOAT, [1, 1, "samples"])]
    graph = helper.make_graph(g.nodes, "noise", inputs, outputs, g.weights)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 16)], ir_version=8)
    onnx.checker.check_model(made)
    return made


def main(where: str, quality: str, language: str) -> None:
    onnx.save(model(SIZES[quality]), where)
    describe(where, SIZES[quality].hertz, language, [])


if __name__ == "__main__":
    main(*sys.argv[1:])
