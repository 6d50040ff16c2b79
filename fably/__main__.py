"""`python -m fably` is the command `fably`."""

from fably.cli import main

main()
