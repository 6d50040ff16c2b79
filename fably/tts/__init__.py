"""Voices: who speaks the story. One file each; `providers/factory.py` names them."""
