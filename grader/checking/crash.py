"""What an exception of the student's means: *looks like* and *try*, for the kinds that are known.

A crash is explained by the exception's type and wording, the line, and what its names hold. torch,
pandas and Python word one thing in several ways, and anew in each version: a kind has a pattern for
all of them, and none for an exception that leaves more than one explanation.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*){0,4}")
_WORD = re.compile(r"[\w. ]{0,40}")
_AXES = 8
_LONGEST = {"type": 100, "message": 300, "text": 160, "inside": 40}
"""As the worker cuts them. Searching for a kind costs the square of what a forged claim has."""


@dataclass(frozen=True)
class Held:
    """What a name in the line holds: its kind, the dtype of its elements, its shape."""

    name: str
    kind: str
    dtype: str
    shape: tuple[int, ...]

    def __str__(self) -> str:
        what = self.dtype if self.kind == "tensor" else f"{self.kind} {self.dtype}".strip()
        sizes = ", ".join(map(str, self.shape))
        return f"{self.name} is {what}" + (f" ({sizes})" if self.has_shape else "")

    @property
    def has_shape(self) -> bool:
        """Whether its kind has one."""
        return self.kind in ("tensor", "ndarray", "DataFrame", "Series") or bool(self.shape)


@dataclass(frozen=True)
class Crash:
    """An exception of the student's, as the worker tells it.

    `inside` is the package whose code raised it; empty for the student's own line, and for a
    function without lines of Python.
    """

    type: str
    message: str
    line: int | None
    text: str
    held: tuple[Held, ...]
    inside: str = ""

    def sentence(self, file: str) -> str:
        """The exception's own words, the line as it stands, and what met there."""
        said = f"{self.type}: {self.message}" if self.message else self.type
        if not self.line:
            return said
        where = f"line {self.line} of {file}"
        if self.text:
            where += ": `" + self.text.replace("`", "'") + "`"
        things = [str(one) for one in self.held if one.has_shape or one.kind in _PLAIN]
        return f"{said} ({'; '.join([where, ', '.join(things)] if things else [where])})"


_PLAIN = ("str", "int", "float", "bool")


def crash_of(
    type_: str, message: str, line: int | None, text: str, held: object, inside: str
) -> Crash:
    """The worker's claim, of no more than the agreed length."""
    return Crash(
        type_[: _LONGEST["type"]],
        message[: _LONGEST["message"]],
        line,
        text[: _LONGEST["text"]],
        held_of(held),
        inside[: _LONGEST["inside"]],
    )


def held_of(claim: object) -> tuple[Held, ...]:
    """What the worker says that names hold; what is not of the agreed form is left out."""
    found = []
    for one in claim if isinstance(claim, list) else ():
        match one:
            case [str(name), str(kind), str(dtype), list(shape)] if (
                len(name) <= 60
                and _NAME.fullmatch(name)
                and _WORD.fullmatch(kind)
                and _WORD.fullmatch(dtype)
                and len(shape) <= _AXES
                and all(type(n) is int for n in shape)
            ):
                found.append(Held(name, kind, dtype, tuple(shape)))
    return tuple(found[:6])


@dataclass(frozen=True)
class Kind:
    """One kind of crash.

    Args:
        pattern: of "Type: message", found anywhere in it.
        looks_like: a sentence, in which {1} is the pattern's first group.
        hint: what to try, likewise.
        line: a pattern that the line of code has to have as well.
        inside: a pattern for all of the name of the package that raised it; "" for none.
        when: what else has to hold.
    """

    pattern: str
    looks_like: str
    hint: str = ""
    line: str = ""
    inside: str = r".*"
    when: Callable[[Crash, re.Match[str]], bool] = lambda _crash, _found: True

    def explain(self, crash: Crash) -> tuple[str, str] | None:
        """*looks like* and *try*, if `crash` is of this kind."""
        found = re.search(self.pattern, f"{crash.type}: {crash.message}", re.DOTALL)
        if found is None or not re.search(self.line, crash.text):
            return None
        if not re.fullmatch(self.inside, crash.inside) or not self.when(crash, found):
            return None
        words = [_harmless(group) for group in (found[0], *found.groups())]
        return self.looks_like.format(*words), self.hint.format(*words)


def explain_crash(crash: Crash, kinds: Sequence[Kind]) -> tuple[str | None, str]:
    """*looks like* and *try* of the first of `kinds` that a crash is of; None and "" of none."""
    return next((found for kind in kinds if (found := kind.explain(crash))), (None, ""))


def _harmless(group: str | None) -> str:
    """A piece of the student's own message, short and without what Markdown would obey."""
    return re.sub(r"[^\w .,:/\\()\[\]'*=-]", "", group or "")[:80]
