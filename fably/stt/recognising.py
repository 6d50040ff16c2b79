"""The process that understands one utterance and ends; `fably.stt.grammar` starts it.

    python -m fably.stt.recognising

Standard input is a line of JSON, an `Order`, and then 16-bit mono PCM until its end. Standard output is a line of JSON, a `Finding`.
Of Fably, nothing is loaded here but what makes it die with its parent.
"""

import audioop
import json
import os
import sys
from math import log
from random import Random
from typing import Any, TypedDict

from fably.memory.children import die_with_parent

RATE = 16_000  # Hz, that of the acoustic model
SPEEDS = (1.08, 1.0, 1.16)  # the sound is also heard slower and deeper, as if the child were older: the model learned from grown-ups
SHORTEST = 0.24  # seconds of speech; less of it is no word
_FRAME = 30  # milliseconds that are judged at once, speech or not
_MARGIN = 10  # such frames that are kept before and after the speech
_NOISE = 40  # root mean square of what is added to the sound: digital silence is nothing that the model has ever heard
_FILLERS = ("<", "+", "[", "(", "SIL")  # how the names of silence and noises begin
_SCALE = 1024  # pocketsphinx gives scores with ten bits less than its arithmetic has


Segment = tuple[str, int, int, float]
"""What was heard, its first frame of 10 ms, the frame after its last, and the logarithm of its likelihood."""


class Order(TypedDict):
    """What is to be done. `rate` is that of the sound in Hz; `dictionary` is the text of a pronunciation dictionary; `guess`, `check` and
    `pair` are JSGF grammars: only the wishes that are known, those among all else that could have been said, and wishes for two things
    at once; `worst` is how badly words may fit, in the terms of `Finding.words`, before it is not worth the time and memory to check
    them."""

    rate: int
    dictionary: str
    guess: str
    check: str
    pair: str
    worst: float


class Finding(TypedDict):
    """What was heard.

    `guesses`: the best words of the grammar `guess` at each of `SPEEDS`; none where nobody spoke. Where they end alike, also `words`:
    each word of the first guess, for how many frames of 10 ms it lasts, and how much better it explains them than a free chain of
    phonemes does, as the natural logarithm of the ratio of likelihoods, which is hardly ever above zero; `frames`: for how many frames
    that chain hears any phoneme; and, where the words fit, `check`: the best words of the grammar `check`. Where a wish for two things is
    likelier, and the same at each of `SPEEDS`, `pair` is that wish, and `words` and `frames` are its own.
    """

    guesses: list[str]
    check: str
    pair: str
    words: list[tuple[str, int, float]]
    frames: int


def _at_16_khz(pcm: bytes, rate: int) -> bytes:
    """The same sound at the model's rate. Neighbours are averaged before samples are left out, or hisses would fold into the vowels."""
    count = round(rate / RATE)
    if count > 1:
        soft = audioop.mul(pcm, 2, 1 / count)
        pcm = soft
        for shift in range(1, count):
            pcm = audioop.add(pcm, soft[2 * shift :] + bytes(2 * shift), 2)
    return pcm if rate == RATE else audioop.ratecv(pcm, 2, 1, rate, RATE, None)[0]


def _file(text: str) -> str:
    """The path of a file in memory that holds `text`; it goes with the process."""
    number = os.memfd_create("dictionary")
    with open(number, "w", closefd=False, encoding="utf-8") as file:
        file.write(text)
    return f"/proc/self/fd/{number}"


def _trimmed(sound: bytes) -> tuple[float, bytes]:
    """The seconds of speech in `sound`, and the sound from a moment before the first to a moment after the last of it."""
    from pocketsphinx import Vad

    vad = Vad(sample_rate=RATE, frame_length=_FRAME / 1000)
    size = RATE * _FRAME // 1000 * 2
    spoken = [at for at in range(0, len(sound) - size + 1, size) if vad.is_speech(sound[at : at + size])]
    if not spoken:
        return 0.0, b""
    return len(spoken) * _FRAME / 1000, sound[max(0, spoken[0] - _MARGIN * size) : spoken[-1] + (1 + _MARGIN) * size]


def _slower(sound: bytes, speed: float) -> bytes:
    """`sound` at a lower speed and pitch, on a floor of noise that is the same each time."""
    if speed != 1:
        sound = audioop.ratecv(sound, 2, 1, RATE, round(RATE * speed), None)[0]
    noise = Random(0).randbytes(len(sound))  # noqa: S311 - it keeps no secret
    return audioop.add(sound, audioop.mul(noise, 2, _NOISE / 18_918), 2)  # which is 32768 / sqrt(3)


def _find(order: Order, pcm: bytes) -> Finding:
    speech, sound = _trimmed(_at_16_khz(pcm, order["rate"]))
    found = Finding(guesses=[], check="", pair="", words=[], frames=0)
    if speech < SHORTEST:
        return found
    decoder = _decoder(order["dictionary"])
    decoder.add_jsgf_string("guess", order["guess"])
    slower = _slower(sound, SPEEDS[0])
    found["guesses"].append(_heard(decoder, "guess", slower))
    segments, likelihood = _segments(decoder), _likelihood(decoder)
    found["guesses"] += [_heard(decoder, "guess", _slower(sound, speed)) for speed in SPEEDS[1:]]
    decoder.add_jsgf_string("pair", order["pair"])
    decoder.activate_search("pair")
    decoder.remove_search("guess")  # there is memory for one grammar at a time
    pair = _heard(decoder, "pair", slower)
    if " and " in pair and _likelihood(decoder) > likelihood:
        of_pair = _segments(decoder)
        if all(_subjects(_heard(decoder, "pair", _slower(sound, speed))) == _subjects(pair) for speed in SPEEDS[1:]):
            found["pair"] = pair
            _compare(decoder, slower, of_pair, found)
            return found
    if len({_last(guess) for guess in found["guesses"]}) > 1:  # it is not sure anyway
        return found
    _compare(decoder, slower, segments, found)
    if sum(one[2] for one in found["words"]) >= order["worst"] * sum(one[1] for one in found["words"]):
        decoder.add_jsgf_string("check", order["check"])
        found["check"] = _heard(decoder, "check", slower)
    return found


def _compare(decoder: Any, sound: bytes, segments: list[Segment], found: Finding) -> None:
    """Note how well words explain the sound, beside phonemes, which then take the place of the grammar."""
    decoder.add_allphone_file("phonemes")
    _heard(decoder, "phonemes", sound)
    decoder.remove_search("pair")
    found["words"], found["frames"] = _compared(segments, _segments(decoder))


def _likelihood(decoder: Any) -> float:
    """How likely the best words are, in terms of pocketsphinx; 0.0 where there are none."""
    best = decoder.hyp()
    return float(best.best_score) if best else 0.0


def _subjects(guess: str) -> str:
    return guess.removesuffix(" please").rpartition(" about ")[2]


def _last(guess: str) -> str:
    return guess.removesuffix(" please").rpartition(" ")[2]


def _decoder(dictionary: str) -> Any:
    from pocketsphinx import Decoder, get_model_path

    return Decoder(
        hmm=get_model_path("en-us/en-us"),
        dict=_file(dictionary),
        lm=None,
        cmn="batch",
        bestpath=False,
        maxhmmpf=400,  # this and the next bound time and memory where there is nothing but noise
        wbeam=1e-20,
        loglevel="FATAL",  # it would complain of every sentence that is not whole
    )


def _heard(decoder: Any, search: str, sound: bytes) -> str:
    """The best words of `search`; they may be a part of a sentence."""
    decoder.activate_search(search)
    decoder.start_utt()
    decoder.process_raw(sound, full_utt=True)
    decoder.end_utt()
    best = decoder.hyp()
    return best.hypstr if best else ""


def _segments(decoder: Any) -> list[Segment]:
    """The words or phonemes that were heard last, with silence and noises."""
    return [(one.word, one.start_frame, one.end_frame + 1, log(one.ascore) * _SCALE) for one in decoder.seg()] if decoder.hyp() else []


def _compared(words: list[Segment], phonemes: list[Segment]) -> tuple[list[tuple[str, int, float]], int]:
    """`Finding.words` and `Finding.frames`."""
    free: dict[int, float] = {}
    for _phoneme, start, end, score in phonemes:
        free |= dict.fromkeys(range(start, end), score / (end - start))
    found = [
        (word, end - start, score - sum(free.get(frame, 0.0) for frame in range(start, end)))
        for word, start, end, score in words
        if not word.startswith(_FILLERS)
    ]
    return found, sum(end - start for phoneme, start, end, _score in phonemes if not phoneme.startswith(_FILLERS))


def main() -> None:
    die_with_parent()
    order: Order = json.loads(sys.stdin.buffer.readline())
    print(json.dumps(_find(order, sys.stdin.buffer.read())), flush=True)


if __name__ == "__main__":
    main()
