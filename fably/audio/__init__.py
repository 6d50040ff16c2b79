"""The sound devices: what plays (and, later, what listens)."""
