"""Engines next door: each is a process of its own that speaks the Wyoming protocol, so that its memory and its crashes are its own."""
