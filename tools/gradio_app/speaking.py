"""The button by which a wish is spoken instead of typed. `speak.js` does the rest."""

import json
from html import escape

from fably.control.protocol import SOUND
from gradio_app.asking import Asking

LONGEST = SOUND // 32_000
"""Seconds that the browser listens; the box takes no more."""
SAID = ("speak", "done", "speaking", "thinking", "sure", "unsure", "nobody", "refused", "no_microphone", "insecure", "failed")


def speaking(asking: Asking) -> str:
    """The button, with all that it may have to say."""
    words = {name: asking.say(name if name.startswith("speak") else f"speak_{name}") for name in SAID}
    return (
        f'<div class="speaking"><button type="button" id="speak" data-state="" data-seconds="{LONGEST}" data-language="{asking.language}" '
        f'data-words="{escape(json.dumps(words))}"><span class="mark" aria-hidden="true">🎤</span>'
        f'<span class="said">{escape(words["speak"])}</span></button><p id="speech" role="status"></p></div>'
    )
