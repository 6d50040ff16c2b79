"""Every fault by its name, and what a good client does with it.

ok      it gives all of the answer, as if nothing were wrong
fails   it raises a `ProviderError` and gives nothing
cut     it gives a part, then raises a `ProviderError`
any     it gives all, a part or nothing, and may raise a `ProviderError`; it does not hang, and nothing else is raised
"""

from collections.abc import Mapping
from typing import Literal

Expected = Literal["ok", "fails", "cut", "any"]


def _all(expected: Expected, names: str) -> dict[str, Expected]:
    return dict.fromkeys(names.split(), expected)


REFUSALS: Mapping[str, Expected] = _all(
    "fails",
    "silent hang-up reset garbage tls-alert html html-502 redirect huge-error huge-headers "
    "400 401 402 403 404 429 429-quota 500 503 529 json-null json-list json-text json-number json-empty",
)
"""Instead of any answer over HTTP (farm/refusals.py)."""

BREAKS: Mapping[str, Expected] = {
    **_all("ok", "ok trickle"),
    **_all("fails", "silent-headers"),
    **_all("cut", "silent-later open-end cut-fin cut-reset chunk-cut short-body"),
}
"""In any answer over HTTP that comes in pieces (farm/answer.py)."""

CHAT: Mapping[str, Expected] = {
    **REFUSALS,
    **BREAKS,
    **_all(
        "ok",
        "wrong-type crlf-comments usage usage-last split-chunks split-packets bom no-done stops-whole open-after-finish open-after-done",
    ),
    **_all("fails", "empty roles-for-ever comments-for-ever bad-json-first error-first huge-line filter-first"),
    **_all("fails", "data-null data-list data-text null-choices text-choices null-delta text-delta number-content list-content"),
    **_all("cut", "length filter just-stops bad-json deep-json error-event error-data error-text endless huge-line-later"),
    **_all("any", "data-null-later data-list-later data-text-later null-choices-later null-delta-later number-content-later bad-utf8"),
}
"""What `farm.chat` may be (farm/chat.py). `just-stops` ends in the middle of a sentence."""

SPEECH: Mapping[str, Expected] = {
    **REFUSALS,
    **BREAKS,
    **_all("ok", "odd odd-total octet-stream"),
    **_all("any", "wrong-type"),
    **_all("fails", "empty one-byte wav mp3 ogg json"),
    **_all("cut", "endless"),
}
"""What `farm.speech` may be (farm/speech.py). `held` is one more: it is not a fault, but waits for `farm.heard`."""

LISTENING: Mapping[str, Expected] = {
    **REFUSALS,
    **BREAKS,
    **_all("fails", "silent-later open-end cut-fin cut-reset chunk-cut short-body"),  # a part of a transcript is none
    **_all("ok", "split-packets more-fields"),
    **_all("fails", "null-text number-text list-text bad-json deep-json endless"),
    **_all("any", "wrong-type json-text json-empty"),  # a text may be the words; to Google, an empty object means that nothing was said
}
"""What `farm.listening` may be (farm/listening.py). The recogniser that hears nothing is `farm.said = ""`."""

LISTING: Mapping[str, Expected] = {**REFUSALS, **BREAKS, "wrong-type": "any"}
"""What `farm.listing` may be: the lists of models and voices."""

WYOMING_REFUSALS: Mapping[str, Expected] = _all(
    "fails",
    "silent hang-up reset garbage json-null json-list json-text long-line error other-then-hang-up other-for-ever "
    "data-length-huge data-length-negative data-length-text payload-length-huge payload-length-negative payload-length-text "
    "no-type type-number data-list data-null data-apart-list json-deep",
)
"""Instead of any answer over Wyoming (farm/wyoming_faults.py)."""
AT_ONCE = frozenset({"silent", "hang-up", "reset", "garbage", "long-line"})
"""Those that are so bad that a Describe is answered in the same way."""

WYOMING_SPEECH: Mapping[str, Expected] = {
    **WYOMING_REFUSALS,
    **_all("ok", "ok trickle odd odd-total other-between one-packet"),
    **_all("fails", "stop-only start-only empty-chunks start-empty rate-zero rate-negative rate-huge rate-text width-zero"),
    **_all("cut", "silent-later cut-fin cut-reset garbage-later error-later payload-short endless"),
    **_all("any", "no-start stereo rate-changes"),
}
"""What `farm.wyoming` may be for a voice."""

WYOMING_LISTENING: Mapping[str, Expected] = {
    **WYOMING_REFUSALS,
    **_all("ok", "ok trickle other-between one-packet"),
    **_all("fails", "hang-up-early reset-early silent-early no-text null-text number-text payload-short"),
    **_all("any", "error-early"),
}
"""What `farm.wyoming` may be for a recogniser. An early one comes at Transcribe, while the sound is still being sent."""

KINDS: Mapping[str, Mapping[str, Expected]] = {
    "chat": CHAT,
    "speech": {**SPEECH, "held": "ok"},
    "listening": LISTENING,
    "listing": LISTING,
    "wyoming": {**WYOMING_SPEECH, **WYOMING_LISTENING},
}
ALIASES = {"cut": "cut-fin", "silent-first": "silent"}
"""Older names."""
