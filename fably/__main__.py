"""`python -m fably` and the command `fably`."""

import signal

# Whoever presses Ctrl-C before everything is loaded means "leave", and gets no traceback. `main` has it its own way from then on.
signal.signal(signal.SIGINT, signal.SIG_DFL)


def run() -> None:
    """Run the command line."""
    from fably.cli import main

    signal.signal(signal.SIGINT, signal.default_int_handler)
    main()


if __name__ == "__main__":
    run()
