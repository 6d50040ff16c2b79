"""Fably tells bedtime stories: a wish goes in, a voice comes out while the story is still being made up."""

__version__ = "0.1.0"
