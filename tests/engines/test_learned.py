"""What is learned of engines, in the file that the programs of one machine share."""

from pathlib import Path

from pool_house import MB, A, B

from fably.engines.learned import Learned


def test_what_another_program_has_learned_meanwhile_is_kept(tmp_path: Path) -> None:
    """A box runs for weeks, and stories are rendered beside it at night."""
    file = tmp_path / "engines.json"
    box, night = Learned(file), Learned(file)
    assert box.peak(A) is None
    night.note_peak(B, 300 * MB)
    box.note_peak(A, 200 * MB)
    again = Learned(file)
    assert (again.peak(A), again.peak(B)) == (200 * MB, 300 * MB)
    night.note_speed(B, 0.5)
    assert (Learned(file).peak(A), Learned(file).speed(B)) == (200 * MB, 0.5)


def test_what_cannot_be_written_is_known_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    learned = Learned(tmp_path / "file" / "engines.json")
    learned.note_peak(A, 200 * MB)
    learned.note_peak(B, 300 * MB)
    assert (learned.peak(A), learned.peak(B)) == (200 * MB, 300 * MB)


def test_what_is_no_figure_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "engines.json"
    file.write_text('{"noise a": {"size": 0, "speed": NaN, "at": 1, "times": 1, "peak": NaN}}', encoding="utf-8")
    learned = Learned(file, lambda: 2.0)
    assert (learned.peak(A), learned.speed(A), learned.too_slow(A)) == (None, None, None)
