"""The sound devices: what plays, and what listens."""
