"""What is remembered only to be quick, and can be forgotten when memory is short."""

import sys


def forget() -> int:
    """Empty the caches (`functools.cache`) of all our modules that are loaded; give how many there were. What they held is read or
    reckoned again when it is wanted."""
    caches = {
        id(found): found
        for name, module in list(sys.modules.items())
        if name.startswith("fably.")
        for found in list(vars(module).values())
        if hasattr(found, "cache_clear")
    }
    for one in caches.values():
        one.cache_clear()
    return len(caches)
