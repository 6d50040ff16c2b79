"""Where Piper's voices come from: the official list of them, a copy of it at home, or a file. Nothing half is ever seen as a voice."""
