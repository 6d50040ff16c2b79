#!/usr/bin/env python3
"""Builds a model of half a MB that the real faster-whisper loads:   tiny_whisper.py FOLDER WORDS [--english] [--heavy]

It needs ctranslate2, tokenizers and numpy, so the tests run it as a program. It has Whisper's layers and tokens, one of each; whatever it
hears, it says WORDS: the layers give next to nothing, so that it is the position of a token alone that chooses it. A heavy one has as
many layers and tokens as the real Whisper tiny, and so its weight: 75 MB.
"""

import sys
from pathlib import Path
from typing import NamedTuple

import numpy
from ctranslate2.specs.whisper_spec import WhisperConfig, WhisperSpec
from faster_whisper.tokenizer import _LANGUAGE_CODES
from tokenizers import AddedToken, Tokenizer
from tokenizers.models import WordLevel


class Size(NamedTuple):
    """How large a model is."""

    layers: int = 1
    heads: int = 1
    width: int = 64
    """Numbers for each token: more than there are tokens in a prompt and in WORDS."""
    tokens: int = 0
    """At least so many."""


CHANCE = numpy.random.default_rng(0)
"""Layers that were alike would be kept once."""
HEAVY = Size(4, 6, 384, 51_865)
TIMES = [f"<|{number * 0.02:.2f}|>" for number in range(1501)]


def tokens(words: list[str], english: bool, size: Size) -> list[str]:
    """All of them, in Whisper's order. It is by the empty one that CTranslate2 knows who understands other languages than English."""
    known = dict.fromkeys(["<unk>", " ", "-", "'", *words])
    languages = sorted(_LANGUAGE_CODES, key=lambda one: one != "en")
    special = ["endoftext", "startoftranscript", *languages, "translate", "transcribe", "startoflm", "startofprev"]
    special += ["nospeech", "notimestamps"]
    count = len(known) + (not english) + len(special) + len(TIMES)
    known |= dict.fromkeys(f"word{number}" for number in range(size.tokens - count))
    return [*known, *([] if english else [""]), *(f"<|{name}|>" for name in special), *TIMES]


def linear(layer: object, out: int, given: int) -> None:
    layer.weight = CHANCE.standard_normal((out, given), numpy.float32) / 10_000  # type: ignore[attr-defined]
    layer.bias = numpy.zeros(out, numpy.float32)  # type: ignore[attr-defined]


def norm(layer: object, width: int) -> None:
    layer.gamma = numpy.ones(width, numpy.float32)  # type: ignore[attr-defined]
    layer.beta = numpy.zeros(width, numpy.float32)  # type: ignore[attr-defined]


def spec(names: list[str], words: list[str], prompt: int, size: Size) -> WhisperSpec:
    """The layers; the first word follows a prompt of `prompt` tokens."""
    made, width = WhisperSpec(size.layers, size.heads, size.layers, size.heads), size.width
    for conv, given in ((made.encoder.conv1, 80), (made.encoder.conv2, width)):
        conv.weight = numpy.zeros((width, given, 3), numpy.float32)
        conv.bias = numpy.zeros(width, numpy.float32)
    made.encoder.position_encodings.encodings = numpy.zeros((1500, width), numpy.float32)
    for part in (made.encoder, made.decoder):
        norm(part.layer_norm, width)
        for layer in part.layer:
            norm(layer.self_attention.layer_norm, width)
            linear(layer.self_attention.linear[0], 3 * width, width)
            linear(layer.self_attention.linear[1], width, width)
            norm(layer.ffn.layer_norm, width)
            linear(layer.ffn.linear_0, 4 * width, width)
            linear(layer.ffn.linear_1, width, 4 * width)
    for layer in made.decoder.layer:
        norm(layer.attention.layer_norm, width)
        for at, out in enumerate((width, 2 * width, width)):
            linear(layer.attention.linear[at], out, width)
    chosen = numpy.zeros((len(names), width), numpy.float32)
    for at, word in enumerate([*words, "<|endoftext|>"]):
        chosen[names.index(word), prompt - 1 + at] = 1
    made.decoder.embeddings.weight = made.decoder.projection.weight = chosen  # as the real one has it
    places = numpy.zeros((448, width), numpy.float32)
    places[:width] = numpy.eye(448, width, dtype=numpy.float32)[:width] * 1000  # what a token is must not matter, only where it is
    made.decoder.position_encodings.encodings = places
    return made


def main() -> None:
    folder, words, english = Path(sys.argv[1]), sys.argv[2].split(), "--english" in sys.argv
    size = HEAVY if "--heavy" in sys.argv else Size()
    folder.mkdir(parents=True, exist_ok=True)
    names = tokens(words, english, size)
    end = names.index("<|endoftext|>")
    model = spec(names, words, prompt=2 if english else 4, size=size)
    model.register_vocabulary(names)
    languages = [names.index(f"<|{name}|>") for name in _LANGUAGE_CODES]
    model._config = WhisperConfig(suppress_ids=[], suppress_ids_begin=[end], lang_ids=sorted(languages), alignment_heads=[(0, 0)])
    model.validate()
    model.optimize("float16" if size is HEAVY else None)
    model.save(str(folder))
    known = Tokenizer(WordLevel({name: number for number, name in enumerate(names)}, unk_token="<unk>"))  # noqa: S106
    known.add_special_tokens([AddedToken(name, special=True) for name in names[end:]])
    known.save(str(folder / "tokenizer.json"))


if __name__ == "__main__":
    main()
