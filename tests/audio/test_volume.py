"""One loudness, which several may change and several want to know."""

from fably.audio.volume import Volume
from fably.pcm.loudness import decibels, gain


def test_it_stays_within_its_bounds_and_says_how_loud_it_is() -> None:
    volume = Volume(40, least=5, most=60)
    assert [volume.set(100), volume.by(5), volume.by(-100), volume.now] == [60, 60, 5, 5]
    assert Volume(0, least=5).now == 5
    assert Volume(100, most=60).now == 60


def test_listeners_are_told_of_each_change_and_of_nothing_else() -> None:
    volume, told, others = Volume(50, least=5), list[int](), list[int]()
    leave = volume.watch(told.append)
    volume.watch(others.append)
    volume.set(50)
    volume.by(10)
    leave()
    volume.set(5)
    volume.by(-10)
    assert (told, others) == ([60], [60, 5])


def test_samples_get_what_a_mixer_leaves_over() -> None:
    volume, asked = Volume(50), list[int]()

    def half(percent: int) -> float:
        asked.append(percent)
        return decibels(percent) / 2

    volume.use(half)
    assert volume.gain == gain(decibels(50) / 2)
    volume.set(75)
    assert asked == [50, 75]
    volume.use(None)
    assert volume.gain == gain(decibels(75))
