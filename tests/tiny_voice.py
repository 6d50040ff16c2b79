#!/usr/bin/env python3
"""Builds a voice of a few kB that the real Piper loads:   tiny_voice.py VOICE.onnx HERTZ LANGUAGE SAMPLES [SPEAKER,SPEAKER,…]

It needs onnx, so the tests run it with the Python of the peers. Every id that Piper makes of a text sounds for SAMPLES samples, one pitch
for each id; the ids are 0 for padding, 1 and 2 for begin and end, and from 3 on the letters below. Piper puts padding behind each of them
but the last, so a sentence of n known letters sounds for 2 n + 3 ids. Of several speakers each speaks a third higher than the one before;
a length scale makes each id longer.
"""

import json
import math
import sys
from pathlib import Path

import onnx
from onnx import TensorProto, helper

LETTERS = " .,!?abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZıİ\u0306\u0308\u0327\u0307"
NAMES = ["_", "^", "$", *LETTERS]


def model(hertz: int, samples: int, speakers: int) -> onnx.ModelProto:
    """sin(turns[id] · pitch · t) for each id, one after the other, for as long as the length scale has it.

    Its inputs and output are those of Piper's own voices."""
    turns = [0.0 if at < 4 else 2 * math.pi * 200 * 1.03**at / hertz for at in range(len(NAMES))]  # 0 to 3 and the space are silent
    constants = [
        helper.make_tensor("turns", TensorProto.FLOAT, [len(turns), 1], turns),
        helper.make_tensor("samples", TensorProto.FLOAT, [], [float(samples)]),
        helper.make_tensor("zero", TensorProto.FLOAT, [], [0.0]),
        helper.make_tensor("one", TensorProto.FLOAT, [], [1.0]),
        helper.make_tensor("second", TensorProto.INT64, [], [1]),
        helper.make_tensor("first", TensorProto.INT64, [1], [0]),
        helper.make_tensor("pitches", TensorProto.FLOAT, [max(1, speakers)], [1.25**at for at in range(max(1, speakers))]),
        helper.make_tensor("shape", TensorProto.INT64, [3], [1, 1, -1]),
    ]
    nodes = [
        helper.make_node("Squeeze", ["input", "first"], ["ids"]),
        helper.make_node("Gather", ["turns", "ids"], ["speeds"]),
        helper.make_node("Gather", ["pitches", "sid" if speakers else "first"], ["pitch"]),
        helper.make_node("Mul", ["speeds", "pitch"], ["pitched"]),
        helper.make_node("Gather", ["scales", "second"], ["scale"]),
        helper.make_node("Mul", ["scale", "samples"], ["length"]),
        helper.make_node("Range", ["zero", "length", "one"], ["time"]),
        helper.make_node("Mul", ["pitched", "time"], ["phases"]),
        helper.make_node("Sin", ["phases"], ["waves"]),
        helper.make_node("Reshape", ["waves", "shape"], ["output"]),
    ]
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, "ids"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    if speakers:
        inputs.append(helper.make_tensor_value_info("sid", TensorProto.INT64, [1]))
    outputs = [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, "samples"])]
    graph = helper.make_graph(nodes, "tones", inputs, outputs, constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    onnx.checker.check_model(made)
    return made


def describe(where: str, hertz: int, language: str, speakers: list[str]) -> None:
    """Write the JSON that lies beside a voice."""
    config = {
        "audio": {"sample_rate": hertz, "quality": "low"},
        "espeak": {"voice": language},
        "language": {"code": language},
        "phoneme_type": "text",
        "phoneme_id_map": {name: [at] for at, name in enumerate(NAMES)},
        "num_symbols": len(NAMES),
        "num_speakers": max(1, len(speakers)),
        "speaker_id_map": {name: at for at, name in enumerate(speakers)},
        "inference": {"noise_scale": 0.0, "length_scale": 1.0, "noise_w": 0.0},
    }
    Path(f"{where}.json").write_text(json.dumps(config), encoding="utf-8")


def main(where: str, hertz: str, language: str, samples: str, speakers: str = "") -> None:
    names = [one for one in speakers.split(",") if one]
    onnx.save(model(int(hertz), int(samples), len(names)), where)
    describe(where, int(hertz), language, names)


if __name__ == "__main__":
    main(*sys.argv[1:])
