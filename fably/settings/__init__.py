"""Every choice a person has: what there is (`declared`), and where it comes from (`reading`)."""

from fably.settings.declared import Settings
from fably.settings.fields import Duration, Field, Url, fields_of
from fably.settings.reading import load, read

__all__ = ["Duration", "Field", "Settings", "Url", "fields_of", "load", "read"]
