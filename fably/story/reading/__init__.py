"""How what is written is read aloud, language by language. Loaded when the first text needs it."""
