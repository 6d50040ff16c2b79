"""What can listen for a wake word. A new engine is a class and a line in the table `EARS`; nothing else changes."""

import ctypes
import importlib.util
import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any

from fably.engines.serving import Refused

RATE = 16_000
"""Hz of the sound that all of them were trained with."""
_HAS_TFLITE: bool = sys.version_info < (3, 12)  # tflite-runtime is made for no newer Python


class Ear(ABC):
    """A model that is loaded, and remembers the last seconds that it was given."""

    extra: str
    """The extra of ours that installs what it needs."""
    maker: tuple[str, str]
    """Who made the models, and where that is told."""
    frame: int
    """Bytes that it takes at once."""
    name: str
    languages: Sequence[str]
    threshold: float
    """How sure it is to be, where nobody chose."""

    @abstractmethod
    def __init__(self, model: str) -> None:
        """Raises `ModuleNotFoundError` without its package, `Refused` and anything else for a model that cannot be used."""

    @abstractmethod
    def hear(self, frame: bytes) -> float | None:
        """How likely, from 0 to 1, it is that the wake word was said just now; None where it does not answer."""

    @abstractmethod
    def reset(self) -> None:
        """Forget what was heard."""


class OpenWakeWord(Ear):
    """openWakeWord's models by pyopen-wakeword: those that it brings, or a .tflite file of one's own."""

    extra = "wakeword"
    maker = ("David Scripka", "https://github.com/dscripka/openWakeWord")
    frame = 2560
    threshold = 0.5
    languages = ("en",)

    def __init__(self, model: str) -> None:
        from pyopen_wakeword import Model, OpenWakeWordFeatures
        from pyopen_wakeword import OpenWakeWord as Word
        from pyopen_wakeword.wakeword import TfLiteWakeWord

        _in_one_thread(TfLiteWakeWord)
        file = _own_file(model, ".tflite")
        self._features: Any = OpenWakeWordFeatures.from_builtin()
        if file:
            _examine(self._features.lib, file, inputs=(None, None, 96), output=4, maker="openWakeWord")
            self._word: Any = Word.from_model(file)
        else:
            self._word = Word.from_builtin(Model(_known(model, [one.value for one in Model])))
        self.name = self._word.id
        self.hear(bytes(self.frame))  # eight seconds of silence, which it fills its memory with
        self._rested = [{name: copy(getattr(of, name)) for name in names} for of, names in self._memory()]

    def hear(self, frame: bytes) -> float | None:
        found = [one for features in self._features.process_streaming(frame) for one in self._word.process_streaming(features)]
        return max(found, default=None)

    def reset(self) -> None:
        """Not the package's own, after which the next frame takes as long as eight seconds of sound."""
        for (of, _names), rested in zip(self._memory(), self._rested, strict=True):
            vars(of).update({name: copy(one) for name, one in rested.items()})

    def _memory(self) -> tuple[tuple[Any, tuple[str, ...]], ...]:
        return (self._features, ("audio", "new_audio_samples", "mels", "new_mels")), (self._word, ("embeddings", "new_embeddings"))


class MicroWakeWord(Ear):
    """microWakeWord's models by pymicro-wakeword: those that it brings, or a .json file of one's own that names a .tflite beside it."""

    extra = "wakeword"
    maker = ("Kevin Ahrendt", "https://github.com/kahrendt/microWakeWord")
    frame = 960

    def __init__(self, model: str) -> None:
        import pymicro_wakeword
        from pymicro_wakeword import MicroWakeWord as Word
        from pymicro_wakeword import MicroWakeWordFeatures, Model
        from pymicro_wakeword.wakeword import TfLiteWakeWord

        file = _own_file(model, ".json")
        if file:
            library = next((_folder(pymicro_wakeword) / "lib").glob("*tensorflowlite_c.*"))
            told = Path(json.loads(file.read_text(encoding="utf-8"))["model"])
            _examine(TfLiteWakeWord(library).lib, file.parent / told, inputs=(None, None, 40), output=1, maker="microWakeWord")
            self._word: Any = Word.from_config(file)
        else:
            self._word = Word.from_builtin(Model(_known(model, [one.value for one in Model])))
        self._features: Any = MicroWakeWordFeatures()
        self.name, self.languages = self._word.id, self._word.trained_languages
        self.threshold = float(self._word.probability_cutoff)  # chosen for each model by who trained it

    def hear(self, frame: bytes) -> float | None:
        found = (self._word.process_streaming_prob(one) for one in self._features.process_streaming(frame))
        return max((one for one in found if one is not None), default=None)

    def reset(self) -> None:
        self._features.reset()
        self._word.reset()


class OriginalOpenWakeWord(Ear):
    """The original openwakeword package, for a .tflite or .onnx file of one's own that needs just that. It wants Python 3.11, for newer
    ones have no tflite-runtime. Its feature models are its own (`openwakeword.utils.download_models`), else those of pyopen-wakeword."""

    extra = "openwakeword"
    maker = OpenWakeWord.maker
    frame = OpenWakeWord.frame
    threshold = OpenWakeWord.threshold
    languages = ("en",)

    def __init__(self, model: str) -> None:
        try:
            import numpy
            import openwakeword
            from openwakeword.model import Model
        except ModuleNotFoundError as error:
            if _HAS_TFLITE:
                raise
            said = "the original openwakeword needs Python 3.11; --engine openwakeword takes .tflite files of your own as well"
            raise Refused(said) from error

        file = _own_file(model, ".tflite", ".onnx")
        if file is None:
            raise Refused("the original openwakeword brings no wake word; give a file of yours, --model FILE.tflite or FILE.onnx")
        kind = file.suffix
        features = _feature_models([_folder(openwakeword) / "resources" / "models", _folder_of("pyopen_wakeword") / "models"], kind)
        if kind == ".tflite" and int(numpy.__version__.partition(".")[0]) > 1:
            raise Refused("tflite-runtime crashes with this numpy; install an older one with: pip install 'numpy<2'")
        self._samples = numpy.frombuffer
        self._model: Any = Model(
            wakeword_models=[str(file)],
            inference_framework=kind.removeprefix("."),
            melspec_model_path=str(features[0]),
            embedding_model_path=str(features[1]),
        )
        self.name = file.stem

    def hear(self, frame: bytes) -> float | None:
        return float(max(self._model.predict(self._samples(frame, "<i2")).values()))

    def reset(self) -> None:
        self._model.reset()


EARS: Mapping[str, type[Ear]] = {
    "openwakeword": OpenWakeWord,
    "microwakeword": MicroWakeWord,
    "openwakeword-original": OriginalOpenWakeWord,
}


@cache
def _in_one_thread(base: Any) -> None:
    """Have all interpreters of a package work in one thread. Of themselves they take four each, which wait for each other at the expense
    of half as much CPU again, and leave the package no way to say otherwise."""
    begin = base.__init__

    def begin_with_options(self: Any, library: Path) -> None:
        begin(self, library)
        create = self.lib.TfLiteInterpreterCreate
        self.lib.TfLiteInterpreterOptionsCreate.restype = ctypes.c_void_p
        options = ctypes.c_void_p(self.lib.TfLiteInterpreterOptionsCreate())
        self.lib.TfLiteInterpreterOptionsSetNumThreads(options, 1)
        self.lib.TfLiteInterpreterCreate = lambda model, _options: create(model, options)

    base.__init__ = begin_with_options


def _own_file(model: str, *endings: str) -> Path | None:
    """The file that `model` is the path of, absolute; None where it is a name. Raises `Refused` for a file that is not there."""
    file = Path(model).expanduser()
    if file.suffix not in endings:
        return None
    if not file.is_file():
        raise Refused(f"there is no file {file}")
    return file.absolute()


def _known(model: str, names: list[str]) -> str:
    """`model` as the package calls it. Raises `Refused`, which names those that there are."""
    name = model.casefold().replace(" ", "_").replace("-", "_")
    if name not in names:
        raise Refused(f"there is no wake word {model!r}; there is {', '.join(sorted(names))}")
    return name


def _examine(lib: Any, file: Path, inputs: tuple[int | None, ...], output: int, maker: str) -> None:
    """Load a file and look at its shape, for the packages do neither: they crash. `inputs` are the dimensions of its input, None for any;
    `output` is bytes. Raises `Refused`."""
    model = lib.TfLiteModelCreateFromFile(str(file).encode())
    interpreter = lib.TfLiteInterpreterCreate(ctypes.c_void_p(model), None) if model else None
    good = bool(interpreter) and lib.TfLiteInterpreterAllocateTensors(ctypes.c_void_p(interpreter)) == 0
    if good:
        tensor = ctypes.c_void_p(lib.TfLiteInterpreterGetInputTensor(ctypes.c_void_p(interpreter), 0))
        shape = [lib.TfLiteTensorDim(tensor, at) for at in range(lib.TfLiteTensorNumDims(tensor))]
        answer = ctypes.c_void_p(lib.TfLiteInterpreterGetOutputTensor(ctypes.c_void_p(interpreter), 0))
        good = len(shape) == len(inputs) and all(wanted in (None, one) for wanted, one in zip(inputs, shape, strict=True))
        good = good and lib.TfLiteTensorByteSize(answer) == output
    if interpreter:
        lib.TfLiteInterpreterDelete(ctypes.c_void_p(interpreter))
    if model:
        lib.TfLiteModelDelete(ctypes.c_void_p(model))
    if not good:
        raise Refused(f"{file} is no wake word of {maker}")


def _folder(package: Any) -> Path:
    return Path(package.__file__).parent


def _folder_of(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else Path(name)


def _feature_models(folders: list[Path], kind: str) -> tuple[Path, Path]:
    """What openWakeWord's features are made with. Raises `Refused` where that is nowhere."""
    for folder in folders:
        found = folder / f"melspectrogram{kind}", folder / f"embedding_model{kind}"
        if all(one.is_file() for one in found):
            return found
    raise Refused("openwakeword lacks its feature models; get them with: python -c 'from openwakeword.utils import *; download_models()'")
