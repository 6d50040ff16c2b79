"""English, as far as a storyteller needs it: the plurals of nouns."""

_IRREGULAR = {"mouse": "mice", "goose": "geese", "wolf": "wolves", "elf": "elves", "child": "children", "sheep": "sheep", "fish": "fish"}


def plural(noun: str) -> str:
    """The plural of `noun`, of its last word where there are several."""
    head, space, last = noun.rpartition(" ")
    if last in _IRREGULAR:
        return head + space + _IRREGULAR[last]
    if last.endswith("man"):
        return noun[:-3] + "men"
    if last.endswith("y") and last[-2:-1] not in tuple("aeiou"):
        return noun[:-1] + "ies"
    return noun + ("es" if last.endswith(("s", "x", "ch", "sh")) else "s")


def forms(noun: str) -> set[str]:
    """Every form in which a wish may hold `noun`: singular and plural, and their genitives."""
    many = plural(noun)
    return {noun, many, f"{noun}'s", f"{noun}\u2019s", f"{many}'"}
