"""Settings that are a time."""

import pytest

from fably.core.errors import ConfigError
from fably.settings import Duration, Settings, fields_of

TIMER = next(one for one in fields_of(Settings) if one.name == "sleep_timer")


@pytest.mark.parametrize(
    ("text", "seconds"), [("0", 0), ("90s", 90), ("20m", 1200), ("1h", 3600), ("1h30m", 5400), ("1H", 3600), ("0m", 0), ("2m5s", 125)]
)
def test_a_time_is_read_and_written(text: str, seconds: float) -> None:
    value = TIMER.parse(text, "here")
    assert value == seconds
    assert TIMER.parse(TIMER.shown(value), "here") == value
    assert str(Duration(5400)) == "1h30m"


@pytest.mark.parametrize("text", ["", "20", "m", "20 m", "1.5h", "30m1h", "h1", "²0m", "١m", "1000000h"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="not a time such as 90s, 20m or 1h"):
        TIMER.parse(text, "here")
