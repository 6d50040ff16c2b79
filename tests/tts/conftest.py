"""What the tests of voices share."""

from pathlib import Path

import pytest
from next_door import OTHER, VOICE
from peers import Peers


@pytest.fixture(scope="package")
def folder(peers: Peers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two tiny voices of Piper."""
    found = tmp_path_factory.mktemp("voices")
    peers.tiny_voice(found, VOICE)
    peers.tiny_voice(found, OTHER, hertz=16_000, language="tr_TR")
    return found
