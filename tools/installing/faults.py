"""What goes wrong while installing."""


class InstallError(Exception):
    """In words for whoever installs: what is wrong, and what to do. Nothing is half done that a second run would not mend."""


class NotHere(InstallError):
    """This machine, or what was asked for, will not do: nothing was begun."""
