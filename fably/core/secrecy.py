"""Taking secrets out of what is shown."""

import re

SHORT = 8
"""Characters up to which a key may be a part of ordinary words, such as "none": it is hidden where it stands alone."""


def without(secret: str, text: str) -> str:
    """`text` with "…" in the place of `secret`."""
    if len(secret) > SHORT:
        return text.replace(secret, "…")
    return re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "…", text) if secret else text
