"""What kind of file something is, by how it begins."""

_BEGINNINGS = (
    (0, b"ID3", "MP3"),
    (0, b"\xff\xfb", "MP3"),
    (0, b"\xff\xfa", "MP3"),
    (0, b"\xff\xf3", "MP3"),
    (0, b"\xff\xf2", "MP3"),
    (0, b"\xff\xe2", "MP3"),
    (0, b"\xff\xe3", "MP3"),
    (0, b"\xff\xf1", "AAC"),
    (0, b"\xff\xf9", "AAC"),
    (4, b"ftyp", "M4A"),
    (0, b"OggS", "Ogg"),
    (0, b"fLaC", "FLAC"),
    (0, b"FORM", "AIFF"),
    (0, b"caff", "CAF"),
    (0, b"#!AMR", "AMR"),
    (0, b"\x1a\x45\xdf\xa3", "WebM"),
    (0, b"RIFF", "WAV"),
)
"""Where it stands, what stands there, and what that is the beginning of."""


def kind_of(begin: bytes) -> str:
    """The kind of file that begins with `begin`, of which twelve bytes are enough; empty for one that is not known."""
    return next((kind for at, mark, kind in _BEGINNINGS if begin[at:].startswith(mark)), "")
