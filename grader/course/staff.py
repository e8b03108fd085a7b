"""Who signs and writes results on GitHub: `signing_key` and `staff` of `groups.yaml`."""

import base64
import re
from contextlib import suppress
from typing import Annotated

from pydantic import AfterValidator

from grader.course.document import Written, problem

SIGNING_KEY_BYTES = 32  # a public Ed25519 key


def _is_a_public_key(key: str) -> str:
    with suppress(ValueError):  # not base64
        if len(base64.b64decode(key, validate=True)) == SIGNING_KEY_BYTES:
            return key
    raise problem("signing_key is not a public Ed25519 key in base64; see `grader keys new`")


def _is_a_repository(name: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", name):
        return name
    raise problem(f'"{name}" is not a repository; write it as OWNER/NAME')


def _is_an_app(name: str) -> str:
    if re.fullmatch(r"[a-z0-9-]+", name):
        return name
    raise problem(
        f'"{name}" is not an app; write what follows https://github.com/apps/ in its address'
    )


PublicKey = Annotated[str, AfterValidator(_is_a_public_key)]


class Staff(Written):
    """The private repository that grades the course's pull requests with checks of its own.

    Args:
        repository: its OWNER/NAME.
        app: the GitHub App that writes on the pull requests, as the app's address has it.
    """

    repository: Annotated[str, AfterValidator(_is_a_repository)]
    app: Annotated[str, AfterValidator(_is_an_app)]

    @property
    def bot(self) -> str:
        """The login that the app writes as."""
        return f"{self.app}[bot]"
