"""A page for those who only ask, one for a whole file of tests: Gradio takes seconds to load."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from page import PASSWORD, Page, a_box, page
from shelves import fill
from toy_box import ToyBox

from fably.web.passwords import Password


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where a page and its box live, with some stories."""
    pytest.importorskip("gradio", reason="gradio is not installed; ./tools/test installs it")
    folder = tmp_path_factory.mktemp("home")
    fill(folder / "state" / "stories")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def box(home: Path) -> Iterator[ToyBox]:
    """The box that the page finds."""
    with a_box(home) as one:
        yield one


@pytest.fixture(scope="module")
def guarded(home: Path, box: ToyBox) -> Iterator[Page]:
    """A page for everybody at home, with a password. Nobody is logged in."""
    Password(home / "state" / "web" / "password").set(PASSWORD)
    with page(home, host="0.0.0.0") as one:  # noqa: S104 - that is what it is about
        yield one


@pytest.fixture
def stranger(guarded: Page) -> Page:
    """The same, for somebody who is not logged in."""
    return Page(guarded.port, guarded.process, guarded.home)


@pytest.fixture(scope="module")
def parent(guarded: Page) -> Page:
    """The same, for somebody who is."""
    one = Page(guarded.port, guarded.process, guarded.home)
    assert one.log_in().status == 303
    return one
