"""What the offline storyteller knows: who there is, where they live, what can happen to them, and how words are bent.

`en/` and `tr/` hold the stock as data: `heroes.toml`, `places.toml`, `plots.toml`. Add to them freely; the tests read along.
"""
