"""Who is meant: people are found by the most specific key that fits, and never by a guess."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


@lru_cache(1 << 14)
def normalize_key(key: str) -> str:
    """The form in which two keys are compared: NFC, and neither upper nor lower case.

    macOS decomposes Hangul in file names, and GitHub logins know no case.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", key).casefold())


class Known(NamedTuple, Generic[T]):
    """Somebody who can be looked up, and by what."""

    one: T
    login: str | None
    names: tuple[str, ...]


class Directory(Generic[T]):
    """People to be looked up by login or name, in any case and Unicode form.

    Args:
        people: may share names, and, in files of other systems, even logins.
    """

    def __init__(self, people: Iterable[Known[T]]) -> None:
        self._logins: dict[str, list[T]] = {}
        self._names: dict[str, list[T]] = {}
        for one, login, names in people:
            if login and login.strip():
                self._logins.setdefault(normalize_key(login.strip()), []).append(one)
            for name in {normalize_key(name.strip()) for name in names if name.strip()}:
                self._names.setdefault(name, []).append(one)

    def find(self, *, login: str | None = None, names: Iterable[str] = ()) -> tuple[T, ...]:
        """Everybody who may be meant: whose login it is decides, else whose name it is.

        Two or more share the key; whoever asks must say so and choose none of them.
        """
        if login and (found := self._logins.get(normalize_key(login.strip()))):
            return tuple(found)
        for name in names:
            if found := self._names.get(normalize_key(name.strip())):
                return tuple(found)
        return ()
