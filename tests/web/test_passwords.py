"""The password, who is logged in, and how often somebody may be wrong."""

import stat
from pathlib import Path

import pytest
from clock import Clock

from fably.core.errors import ConfigError
from fably.web.passwords import LONGEST, Password, fits, hashed
from fably.web.patience import ALL, FREE, Patience
from fably.web.patience import LONGEST as LONGEST_WAIT
from fably.web.sessions import LIFE, MOST, Sessions


def test_a_password_is_kept_as_a_hash_that_only_we_can_read() -> None:
    password = Password(Path("web/password"))
    assert not password.fits("")
    password.set("ağaçlar ve kuşlar")
    assert password.is_set
    assert password.fits("ağaçlar ve kuşlar")
    assert not password.fits("agaclar ve kuslar")
    kept = Path("web/password").read_text(encoding="utf-8")
    assert "kuş" not in kept
    assert stat.S_IMODE(Path("web/password").stat().st_mode) == 0o600
    assert stat.S_IMODE(Path("web").stat().st_mode) == 0o700


def test_two_hashes_of_one_password_are_different_and_a_letter_may_be_typed_in_two_ways() -> None:
    assert hashed("long enough") != hashed("long enough")
    assert fits("g\u0306ece ve ay", hashed("\u011fece ve ay"))


@pytest.mark.parametrize("kept", ["", "scrypt", "scrypt$1$2", "md5$1$1$1$AA==$AA==", "scrypt$1073741824$8$1$AA==$AA==", "scrypt$x$8$1$?$?"])
def test_what_is_no_hash_fits_nothing(kept: str) -> None:
    assert not fits("", kept)


def test_a_password_that_is_too_long_is_not_even_tried() -> None:
    assert not fits("x" * (LONGEST + 1), hashed("x" * (LONGEST + 1)))


@pytest.mark.parametrize("password", ["", "short", "x" * (LONGEST + 1)])
def test_a_bad_password_is_refused(password: str) -> None:
    with pytest.raises(ConfigError, match="8 to 200"):
        Password(Path("password")).set(password)


def test_a_password_that_cannot_be_kept_is_told() -> None:
    Path("web").touch()
    with pytest.raises(ConfigError, match="cannot be kept in web/password"):
        Password(Path("web/password")).set("long enough")


def test_a_session_lasts_over_a_new_start_and_its_file_lets_nobody_in() -> None:
    file, clock = Path("web/sessions.json"), Clock()
    token = Sessions(file, clock).begin()
    again = Sessions(file, clock)
    assert again.knows(token)
    assert token not in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    clock.now += LIFE + 1
    assert not again.knows(token)


@pytest.mark.parametrize("token", ["", "x", "ş", "\udcff"])
def test_nobody_else_has_a_session(token: str) -> None:
    assert not Sessions(Path("sessions.json"), Clock()).knows(token)


def test_somebody_else_can_log_everybody_out() -> None:
    file = Path("sessions.json")
    sessions = Sessions(file)
    token = sessions.begin()
    Sessions(file).end_all()
    assert not sessions.knows(token)


def test_there_are_not_too_many_sessions_and_the_oldest_gives_way() -> None:
    clock = Clock()
    sessions = Sessions(Path("sessions.json"), clock)
    tokens = []
    for _ in range(MOST + 1):
        tokens.append(sessions.begin())
        clock.now += 1
    assert [sessions.knows(one) for one in tokens] == [False] + [True] * MOST


def test_a_clock_that_was_years_ahead_lets_nobody_stay_for_years() -> None:
    clock = Clock()
    sessions = Sessions(Path("sessions.json"), clock)
    token = sessions.begin()
    clock.now -= 10 * 365 * 86_400
    assert not sessions.knows(token)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"a": "b"}', "\0"])
def test_a_spoilt_file_of_sessions_is_none(content: str) -> None:
    Path("sessions.json").write_text(content, encoding="utf-8")
    sessions = Sessions(Path("sessions.json"))
    assert sessions.knows(sessions.begin())


def test_where_nothing_can_be_kept_a_session_lasts_as_long_as_the_page() -> None:
    Path("web").touch()
    sessions = Sessions(Path("web/sessions.json"))
    assert sessions.knows(sessions.begin())


def test_who_is_wrong_too_often_waits_longer_and_longer_and_nobody_else_does() -> None:
    clock = Clock()
    patience = Patience(clock)
    waits = []
    for _ in range(FREE + 12):
        clock.now += patience.wait("192.168.1.2")
        patience.wrong("192.168.1.2")
        waits.append(patience.wait("192.168.1.2"))
    assert waits[: FREE - 1] == [0.0] * (FREE - 1)
    assert waits[FREE - 1] > 0
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT
    assert patience.wait("192.168.1.3") == 0
    patience.right("192.168.1.2")
    assert patience.wait("192.168.1.2") == 0


def test_an_address_is_the_same_however_it_is_written() -> None:
    patience = Patience(Clock())
    for one in ("fe80::1%eth0", "fe80::2", "fe80::3", "fe80::4", "fe80::5"):
        patience.wrong(one)
    assert patience.wait("fe80::77") > 0
    for _ in range(FREE):
        patience.wrong("::ffff:10.0.0.1")
    assert patience.wait("10.0.0.1") > 0


def test_many_addresses_are_one_attack() -> None:
    clock = Clock()
    patience = Patience(clock)
    for number in range(ALL):
        patience.wrong(f"10.0.{number // 250}.{number % 250}")
    assert patience.wait("10.9.9.9") > 0
    clock.now += 3600
    assert patience.wait("10.9.9.9") == 0
