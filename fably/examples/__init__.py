"""The shelf of examples: stories of our own that ship with Fably, for nights without Wi-Fi, and found by what they are about.

In a checkout they are the files in `examples/`; the wheel carries them as one compressed archive, from which one is read at a time.
"""
