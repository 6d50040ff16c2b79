"""What espeak-ng says in tests is the same each time, or whether a test passes would hang on what was said before it."""

import pytest
from said import said

from fably.tts import espeak


@pytest.mark.parametrize("voice", ["gmw/en-US", "gmw/en+f3"], ids=["plain", "breathing"])
def test_a_word_is_the_same_whatever_was_said_before_and_at_whatever_second(voice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("espeakng_loader", reason="espeak-ng is not installed; ./tools/test installs it")
    once = said("psst, a dragon", voice, 145)
    said("hush, and then there were seven owls", "gmw/en+f2", 170)
    seed = espeak.Espeak.__init__

    def at_another_second(library: espeak.Espeak, path: str, data: str | None) -> None:
        seed(library, path, data)
        library._lib.espeak_ng_SetRandSeed(7)

    monkeypatch.setattr(espeak.Espeak, "__init__", at_another_second)
    assert said("psst, a dragon", voice, 145) == once
