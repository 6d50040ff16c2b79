"""Which provider, by name; and what is wrapped around every one of them: deadlines and fallbacks."""
