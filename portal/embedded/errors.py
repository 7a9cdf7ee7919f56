"""The one error of this package."""


class CannotRun(RuntimeError):
    """Something outside the program is missing or broken; the message tells a person what to do. Exit code 2."""
