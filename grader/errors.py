"""Every exception this program raises on purpose.

    GraderError
    ├── ConfigurationError   the user's mistake: a file, an option, a name (exit code 2)
    ├── GradebookError       a gradebook that cannot be read or written (exit code 2)
    └── SandboxError         no jail to run student code in, or it failed (exit code 1)

A bad submission is none of these: it is a result. Only `cli.py` shows errors to people.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class GraderError(Exception):
    """Base of all errors of this program; the message is one sentence for a person."""


class ConfigurationError(GraderError):
    """Bad input from the user; names the file (and line) and says what to do."""


class GradebookError(GraderError):
    """The gradebook cannot be opened, read or written."""


class SandboxError(GraderError):
    """Student code cannot be run safely, so it is not run."""


@contextmanager
def naming(path: Path | str, action: str = "read") -> Iterator[None]:
    """Turn an error of the system into a sentence: which file cannot be read, written or created.

    Raises:
        ConfigurationError: instead of an OSError.
    """
    try:
        yield
    except OSError as error:
        if action == "read" and isinstance(error, FileNotFoundError):
            raise ConfigurationError(f"{path} does not exist") from None
        raise ConfigurationError(f"{path} cannot be {action}: {error.strerror}") from None
