"""YAML files people write by hand → validated models, with errors that name file and line."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from grader.errors import ConfigurationError, naming

if yaml.__with_libyaml__:
    from yaml._yaml import CParser

    class _Quick(CParser, SafeConstructor, Resolver):
        """Events from libyaml; its own way to compose them crashes where nodes lie deep."""

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            SafeConstructor.__init__(self)
            Resolver.__init__(self)


Location = tuple[str, ...]
"""Where a value stands: keys and indices from the root, all as text."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question naming the nearest of `known`, or nothing when none is near."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """That there is no such `kind`, with the nearest of `known`, or the first 20 of them."""
    names = list(known)
    hint = did_you_mean(name, names) or f"; there are {', '.join(names[:20]) or 'none'}"
    return f'there is no {kind} "{name}"{hint}'


def problem(sentence: str, *at: str | int) -> PydanticCustomError:
    """What a validator raises: `sentence` about the value at `at`, counted from its model."""
    return PydanticCustomError("problem", "{sentence}", {"sentence": sentence, "at": at})


class Written(BaseModel):
    """Base of everything that is written in YAML: frozen, and no key it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _knows_every_key(cls, data: Any) -> Any:
        if isinstance(data, dict):
            known = [field.alias or name for name, field in cls.model_fields.items()]
            for key in data:
                if key not in known:
                    suggestion = did_you_mean(str(key), known)
                    raise problem(f'unknown key "{key}"{suggestion}', key)
        return data


M = TypeVar("M", bound=Written)


def read_document(path: Path, model: type[M]) -> M:
    """The file as a `model`.

    Raises:
        ConfigurationError: one sentence with the file, the line, and what is wrong there.
    """
    data, lines = read_mapping(path)
    try:
        # Strict: `"12"` is not 12 and `yes` is not 1, or a typing mistake becomes a value.
        return model.model_validate(data, strict=True)
    except ValidationError as error:
        first, *others = sorted(
            (_line(_location(details), lines), _sentence(details))
            for details in error.errors(include_url=False)
        )
        more = f" (and {len(others)} more)" if others else ""
        raise ConfigurationError(f"{path}, line {first[0]}: {first[1]}{more}") from error


def line_of(path: Path, *at: str) -> int:
    """The line on which a value of the file stands, or the nearest thing that holds it.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    return _line(at, read_mapping(path)[1])


def read_mapping(path: Path) -> tuple[dict[str, Any], dict[Location, int]]:
    """The values of a YAML file and the line of each.

    Raises:
        ConfigurationError: it cannot be read, or is no mapping; names the line.
    """
    try:
        # Some editors write a byte-order mark.
        with naming(path):
            text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigurationError(f"{path}, line {line}: not UTF-8; save it as UTF-8") from None
    try:
        if yaml.__with_libyaml__:
            # What libyaml refuses, the other says better.
            with suppress(yaml.YAMLError):
                return _Reader(path, _Quick(text)).read()
        return _Reader(path, yaml.SafeLoader(text)).read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigurationError(f"{path}, line {line}: not YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ConfigurationError(f"{path}, line {line}: not YAML: {error.reason}") from error
    except RecursionError:
        raise ConfigurationError(f"{path} is nested too deeply") from None


class _Reader:
    """Events of YAML → dicts, tuples and scalars, noting the line of each.

    Args:
        path: the file, which errors name.
        loader: a parser that is also a resolver and a constructor of PyYAML's.
    """

    def __init__(self, path: Path, loader: Any) -> None:
        self.path = path
        self.lines: dict[Location, int] = {}
        self._loader = loader
        self._next: Callable[[], Any] = loader.get_event

    def read(self) -> tuple[dict[str, Any], dict[Location, int]]:
        """The only document and the line of each value.

        Raises:
            ConfigurationError: there is none or another one, or something is not allowed.
            yaml.YAMLError: not YAML.
        """
        self._next()  # the stream begins
        if isinstance(self._next(), yaml.StreamEndEvent):
            raise ConfigurationError(f"{self.path} is empty")
        root = self._next()
        if not isinstance(root, yaml.MappingStartEvent):
            self._refuse(root, 'not a mapping; it must consist of "key: value" lines')
        values = self._value(root, ())
        self._next()  # the document ends
        if not isinstance(end := self._next(), yaml.StreamEndEvent):
            self._refuse(end, "a second document begins here; write one only")
        return values, self.lines

    def _refuse(self, event: Any, sentence: str) -> NoReturn:
        raise ConfigurationError(f"{self.path}, line {event.start_mark.line + 1}: {sentence}")

    def _value(self, event: Any, at: Location) -> Any:
        self.lines.setdefault(at, event.start_mark.line + 1)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.AliasEvent):
            # To repeat a value may make an endless or an exploding document.
            self._refuse(event, "anchors and aliases (& and *) are not allowed; write it out")
        if isinstance(event, yaml.MappingStartEvent):
            self._must_be(event, "tag:yaml.org,2002:map")
            return self._mapping(at)
        self._must_be(event, "tag:yaml.org,2002:seq")
        return tuple(self._items(at))

    def _must_be(self, event: Any, tag: str) -> None:
        if event.tag not in (None, "!", tag):
            self._refuse(event, f"the tag {event.tag} is not allowed")

    def _items(self, at: Location) -> Iterator[Any]:
        number = 0
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            yield self._value(event, (*at, str(number)))
            number += 1

    def _mapping(self, at: Location) -> dict[str | int, Any]:
        found: dict[str | int, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._scalar(event) if isinstance(event, yaml.ScalarEvent) else None
            if not isinstance(key, str | int) or isinstance(key, bool):
                self._refuse(event, "a key must be text; put it in quotes")
            place = *at, str(key)
            if key in found:
                first = self.lines[place]
                self._refuse(event, f'"{key}" is here a second time; the first is line {first}')
            self.lines[place] = event.start_mark.line + 1
            found[key] = self._value(self._next(), place)
        return found

    def _scalar(self, event: Any) -> Any:
        tag, value = event.tag, event.value
        if tag in (None, "!"):
            tag = self._loader.resolve(yaml.ScalarNode, value, event.implicit)
        if tag == "tag:yaml.org,2002:str":
            return value
        node = yaml.ScalarNode(tag, value, event.start_mark, event.end_mark)
        try:
            return self._loader.construct_object(node)
        except ValueError:
            # A date such as 2026-13-45 is text; whoever reads a date there says what is wrong.
            return value


def _location(details: ErrorDetails) -> tuple[str | int, ...]:
    at: tuple[str | int, ...] = details.get("ctx", {}).get("at", ())
    return (*details["loc"], *at)


def _line(location: tuple[str | int, ...], lines: dict[Location, int]) -> int:
    """The line of a value, or of the nearest thing that holds it."""
    path = tuple(str(part) for part in location)
    return next(lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in lines)


def _sentence(details: ErrorDetails) -> str:
    """What pydantic found, in words for the person who wrote the file."""
    kind, message = details["type"], details["msg"]
    if kind == "problem":
        return message
    names = [part for part in details["loc"] if part != "[key]"]
    if kind == "missing":
        return f'"{names[-1]}" is missing'
    subject = f'"{names[-1]}"' if names else "the file"
    if names and isinstance(names[-1], int):
        holder = next((part for part in reversed(names) if isinstance(part, str)), "the list")
        subject = f'item {names[-1] + 1} of "{holder}"'
    # The models hold tuples; the file holds lists.
    message = re.sub(r"^(Input|String|Value error,) ", "", message).replace("valid tuple", "list")
    return f"{subject} {message}" + ("; put it in quotes" if kind == "string_type" else "")
