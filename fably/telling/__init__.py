"""One story, from the wish to the ear: every way of telling, choosing, going on with and telling again."""
