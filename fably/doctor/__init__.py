"""`fably doctor`: one check a file. Each looks at the real thing, and says for every fault what to do about it."""
