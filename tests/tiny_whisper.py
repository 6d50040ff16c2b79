#!/usr/bin/env python3
"""Builds a model of half a MB that the real faster-whisper loads:   tiny_whisper.py FOLDER WORDS [--english]

It needs ctranslate2, tokenizers and numpy, so the tests run it as a program. It has Whisper's layers and tokens, one of each; whatever it
hears, it says WORDS: the attention layers give nothing, so that it is the position of a token alone that chooses it.
"""

import sys
from pathlib import Path

import numpy
from ctranslate2.specs.whisper_spec import WhisperConfig, WhisperSpec
from faster_whisper.tokenizer import _LANGUAGE_CODES
from tokenizers import AddedToken, Tokenizer
from tokenizers.models import WordLevel

WIDTH = 64
"""Numbers for each token: more than there are tokens in a prompt and in WORDS."""
TIMES = [f"<|{number * 0.02:.2f}|>" for number in range(1501)]


def tokens(words: list[str], english: bool) -> list[str]:
    """All of them, in Whisper's order. It is by the empty one that CTranslate2 knows who understands other languages than English."""
    known = dict.fromkeys(["<unk>", " ", "-", "'", *words])
    languages = sorted(_LANGUAGE_CODES, key=lambda one: one != "en")
    special = ["endoftext", "startoftranscript", *languages, "translate", "transcribe", "startoflm", "startofprev"]
    special += ["nospeech", "notimestamps"]
    return [*known, *([] if english else [""]), *(f"<|{name}|>" for name in special), *TIMES]


def linear(layer: object, out: int, given: int) -> None:
    layer.weight = numpy.zeros((out, given), numpy.float32)  # type: ignore[attr-defined]
    layer.bias = numpy.zeros(out, numpy.float32)  # type: ignore[attr-defined]


def norm(layer: object) -> None:
    layer.gamma = numpy.ones(WIDTH, numpy.float32)  # type: ignore[attr-defined]
    layer.beta = numpy.zeros(WIDTH, numpy.float32)  # type: ignore[attr-defined]


def spec(names: list[str], words: list[str], prompt: int) -> WhisperSpec:
    """The layers; the first word follows a prompt of `prompt` tokens."""
    made = WhisperSpec(1, 1, 1, 1)
    for conv, given in ((made.encoder.conv1, 80), (made.encoder.conv2, WIDTH)):
        conv.weight = numpy.zeros((WIDTH, given, 3), numpy.float32)
        conv.bias = numpy.zeros(WIDTH, numpy.float32)
    made.encoder.position_encodings.encodings = numpy.zeros((1500, WIDTH), numpy.float32)
    for part in (made.encoder, made.decoder):
        norm(part.layer_norm)
        (layer,) = part.layer
        norm(layer.self_attention.layer_norm)
        linear(layer.self_attention.linear[0], 3 * WIDTH, WIDTH)
        linear(layer.self_attention.linear[1], WIDTH, WIDTH)
        norm(layer.ffn.layer_norm)
        linear(layer.ffn.linear_0, 4 * WIDTH, WIDTH)
        linear(layer.ffn.linear_1, WIDTH, 4 * WIDTH)
    across = made.decoder.layer[0].attention
    norm(across.layer_norm)
    for at, out in enumerate((WIDTH, 2 * WIDTH, WIDTH)):
        linear(across.linear[at], out, WIDTH)
    chosen = numpy.zeros((len(names), WIDTH), numpy.float32)
    for at, word in enumerate([*words, "<|endoftext|>"]):
        chosen[names.index(word), prompt - 1 + at] = 1
    made.decoder.embeddings.weight = chosen / 100  # what a token is must not matter, only where it is
    made.decoder.projection.weight = chosen
    places = numpy.zeros((448, WIDTH), numpy.float32)
    places[:WIDTH] = numpy.eye(WIDTH, dtype=numpy.float32) * 10
    made.decoder.position_encodings.encodings = places
    return made


def main() -> None:
    folder, words, english = Path(sys.argv[1]), sys.argv[2].split(), "--english" in sys.argv
    folder.mkdir(parents=True, exist_ok=True)
    names = tokens(words, english)
    end = names.index("<|endoftext|>")
    model = spec(names, words, prompt=2 if english else 4)
    model.register_vocabulary(names)
    languages = [names.index(f"<|{name}|>") for name in _LANGUAGE_CODES]
    model._config = WhisperConfig(suppress_ids=[], suppress_ids_begin=[end], lang_ids=sorted(languages), alignment_heads=[(0, 0)])
    model.validate()
    model.save(str(folder))
    known = Tokenizer(WordLevel({name: number for number, name in enumerate(names)}, unk_token="<unk>"))  # noqa: S106
    known.add_special_tokens([AddedToken(name, special=True) for name in names[end:]])
    known.save(str(folder / "tokenizer.json"))


if __name__ == "__main__":
    main()
