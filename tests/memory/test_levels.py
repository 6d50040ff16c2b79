"""Up at once, down with patience."""

import pytest

from fably.memory.levels import PATIENCE, Ladder, Level, Thresholds, level_of
from fably.memory.pressure import Pressure

CALM, WARNING, CRITICAL = Level
AT = Thresholds(80, 90)


@pytest.mark.parametrize(
    ("percent", "stalled", "level"),
    [
        (79.9, None, CALM), (80, None, WARNING), (89.9, None, WARNING), (90, None, CRITICAL), (140, None, CRITICAL), (None, None, CALM),
        (10, Pressure(9.9, 9.9), CALM), (10, Pressure(10, 0), WARNING), (10, Pressure(10, 10), CRITICAL), (None, Pressure(50, 1), WARNING),
        (95, Pressure(10, 0), CRITICAL), (85, Pressure(0, 0), WARNING),
    ],
)  # fmt: skip
def test_the_higher_of_what_is_held_and_what_waits(percent: float | None, stalled: Pressure | None, level: Level) -> None:
    assert level_of(percent, stalled, AT) is level


def levels(*percents: float, ladder: Ladder | None = None) -> list[Level]:
    ladder, found = ladder or Ladder(AT), []
    for percent in percents:
        before = ladder.level
        assert ladder.step(percent, None) == (ladder.level is not before)
        found.append(ladder.level)
    return found


def test_up_at_once_two_levels_if_need_be() -> None:
    assert levels(10, 85, 95) == [CALM, WARNING, CRITICAL]
    assert levels(10, 95) == [CALM, CRITICAL]


def test_down_after_a_while_and_one_level_at_a_time() -> None:
    calm = [10.0] * PATIENCE
    assert levels(95, *calm, *calm, *calm) == [CRITICAL] * PATIENCE + [WARNING] * PATIENCE + [CALM] * (PATIENCE + 1)


def test_one_that_is_high_again_begins_the_wait_anew() -> None:
    assert levels(85, 10, 10, 85, 10, 10, 10) == [WARNING] * 6 + [CALM]


def test_what_goes_up_and_down_about_a_threshold_stays_where_it_is() -> None:
    assert set(levels(85, *[79, 81] * 20, *[76] * 20)) == {WARNING}
    assert levels(85, 74, 74, 74)[-1] is CALM


def test_readings_between_the_regular_ones_raise_and_do_not_lower() -> None:
    ladder = Ladder(AT)
    assert ladder.climb(95, None)
    assert not any(ladder.climb(10, None) for _ in range(20))
    assert ladder.level is CRITICAL
    assert levels(10, 10, 10, ladder=ladder)[-1] is WARNING
