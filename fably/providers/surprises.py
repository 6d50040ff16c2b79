"""What nobody thought of in a provider, made a fault like any other: somebody else takes over, and the story comes."""

from fably.core.errors import ProviderBroken


def as_fault(error: Exception, who: str) -> ProviderBroken:
    """What to raise `from` an `error` that was not raised on purpose. What it says is for --debug alone: it may be anything, keys too."""
    return ProviderBroken(f"{who} failed in a way that nobody thought of ({type(error).__name__}); --debug shows more", place=who)
