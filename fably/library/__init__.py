"""The stories that are kept: each a folder with its text, its sound and what was asked. Nothing that was told is lost to a pulled plug."""
