"""What can be asked for by name on the command line; each imports what it does only when it is asked to."""
