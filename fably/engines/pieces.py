"""Cuts what is to be spoken so that no piece is long: the memory of a neural voice grows with each second of a piece."""

from collections.abc import Iterator, Sequence

BORDERS = (".!?…", ",;:—–", " ")
"""Where a cut is heard least, the best first."""


def pieces(symbols: Sequence[str], most: int) -> Iterator[list[str]]:
    """The phonemes or letters of a sentence in pieces of `most` at most, about equally long: cut at a clause, else between words."""
    rest = list(symbols)
    while len(rest) > most:
        cut = _border(rest, most)
        yield rest[:cut]
        rest = rest[cut:]
        while rest and rest[0] == " ":
            rest.pop(0)
    if rest:
        yield rest


def _border(symbols: list[str], most: int) -> int:
    share = len(symbols) / -(-len(symbols) // most)  # or there might be one short word left at the end
    for marks in BORDERS:
        found = [at + 1 for at in range(most // 4, most) if symbols[at] in marks]
        if found:
            return min(found, key=lambda at: abs(at - share))
    return most
