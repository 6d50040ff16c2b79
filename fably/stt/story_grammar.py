"""The grammar of a wish, in English, for a recogniser of few words: JSGF, a pronunciation dictionary of just these words, and what a
recognised sentence wishes for. Pure functions; the recogniser is `fably.stt.grammar`."""

import re
from collections.abc import Iterable, Sequence

ANY_STORY = "a story"
YES, NO = ("yes", "yes please", "yeah"), ("no", "no thank you", "nope")

_LEAD = (
    "[please] tell me [a story] about",
    "(can | could) you [please] tell me a story about",
    "i want a story about",
    "i would like a story about",
    "can i have a story about",
    "[a story] about",
)
_BARE = ("[please] tell me a story", "i want a story", ANY_STORY)
_WORD = re.compile(r"[a-z']+")
_NO_WORD = re.compile(r"#JSGF[^;]*;|grammar [^;]*;|public|<[^>]*>|/[^/]*/")


def story_grammar(subjects: Sequence[str], others: Sequence[str] = (), going_on: Sequence[str] = ()) -> str:
    """JSGF of a wish for a story about one of `subjects` or of `others`, for any story, or for `going_on` with the last one."""
    more = " | [please] <more> [please]" if going_on else ""
    return _jsgf(
        "story",
        request=f"[<lead>] <subject> [please] | <bare> [please]{more}",
        lead=" | ".join(_LEAD),
        bare=" | ".join(_BARE),
        subject=" | ".join((*subjects, *others)),
        **({"more": " | ".join(going_on)} if going_on else {}),
    )


def pair_grammar(subjects: Sequence[str]) -> str:
    """JSGF of a wish for a story about two of `subjects`."""
    return _jsgf("pair", request="[<lead>] <subject> and <subject>", lead=" | ".join(_LEAD), subject=" | ".join(subjects))


def answer_grammar() -> str:
    """JSGF of the answer to a question: yes or no."""
    return _jsgf("answer", answer=" | ".join((*YES, *NO)))


def words_of(jsgf: str) -> list[str]:
    """Every word of a grammar that one of the functions here made, each once."""
    return sorted(set(_WORD.findall(_NO_WORD.sub(" ", jsgf))))


def dictionary(words: Iterable[str], lines: Iterable[str]) -> tuple[str, list[str]]:
    """The entries for `words` of a pronunciation dictionary that is given line by line ("a(2) EY"), and the words that it lacks."""
    missing = set(words)
    wanted = frozenset(missing)
    found = []
    for line in lines:
        word = line.split(" ", 1)[0].split("(", 1)[0]
        if word in wanted:
            found.append(line if line.endswith("\n") else line + "\n")
            missing.discard(word)
    return "".join(found), sorted(missing)


def wish_in(sentence: str, subjects: Iterable[str], going_on: Sequence[str] = ()) -> str | None:
    """What a sentence of one of the grammars wishes for: one of `subjects`, two with an "and" between, `ANY_STORY`, the first of what
    asks for `going_on`, or None where the sentence is not whole."""
    sentence, subjects = sentence.removesuffix(" please"), tuple(subjects)
    if sentence.removeprefix("please ") in going_on:
        return going_on[0]
    first, pair, second = sentence.partition(" and ")
    last = _end(second if pair else sentence, subjects)
    if not pair:
        return last
    one = _end(first, subjects)
    return f"{one} and {last}" if one and last == second else None


def _end(sentence: str, subjects: tuple[str, ...]) -> str | None:
    ends = [one for one in (*subjects, ANY_STORY) if sentence == one or sentence.endswith(f" {one}")]
    return max(ends, key=len, default=None)


def yes_or_no(sentence: str) -> bool | None:
    """What a sentence of the answer grammar means; None for one that is not of it."""
    return True if sentence in YES else False if sentence in NO else None


def _jsgf(name: str, **rules: str) -> str:
    first, *_rest = rules
    lines = (f"{'public ' if rule == first else ''}<{rule}> = {body};\n" for rule, body in rules.items())
    return f"#JSGF V1.0;\ngrammar {name};\n{''.join(lines)}"
