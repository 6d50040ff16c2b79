"""Secrets are taken out of what is shown, and nothing else is."""

import pytest

from fably.core.secrecy import without


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("sk-0123456789", "xsk-0123456789x and sk-0123456789", "x…x and …"),
        ("none", "none of them, nonetheless: 'none'", "… of them, nonetheless: '…'"),
        ("k", "a key k, and k.", "a key …, and …."),
        ("", "nothing", "nothing"),
    ],
)
def test_a_short_key_is_not_looked_for_inside_of_words(secret: str, text: str, shown: str) -> None:
    assert without(secret, text) == shown
