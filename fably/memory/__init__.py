"""Memory: what it costs and how it is kept small."""
