"""Every exception this program raises on purpose.

    GraderError
    ├── ConfigurationError   the user's mistake: a file, an option, a name (exit code 2)
    ├── GradebookError       a gradebook that cannot be read or written (exit code 2)
    └── SandboxError         no jail to run student code in, or it failed (exit code 1)

A bad submission is none of these: it is a result. Only `cli.py` shows errors to people.
"""


class GraderError(Exception):
    """Base of all errors of this program; the message is one sentence for a person."""


class ConfigurationError(GraderError):
    """Bad input from the user; names the file (and line) and says what to do."""


class GradebookError(GraderError):
    """The gradebook cannot be opened, read or written."""


class SandboxError(GraderError):
    """Student code cannot be run safely, so it is not run."""
