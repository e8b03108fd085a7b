"""GitHub's published description as a judge: is this a request, is this an answer, of that API?

Stricter than the description where it is lenient: a key or a query parameter it does not name is a
violation, because GitHub would ignore it silently.
"""

import copy
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FILE = Path(__file__).with_name("openapi.json")

UNDOCUMENTED = {401, 403, 404, 410, 418, 422, 429, 500, 502, 503, 504}
"""Statuses GitHub answers any request with, though few operations list them."""

Schema = dict[str, Any]


class Contract:
    """The trimmed description, with operations found by method and path."""

    def __init__(self, file: Path = FILE) -> None:
        document = json.loads(file.read_text(encoding="utf-8"))
        self.definitions: Schema = document["$defs"]
        self.operations: dict[str, Schema] = document["operations"]
        self._examples: dict[str, dict[str, Any]] = {}
        self._validators: dict[str, Draft202012Validator] = {}

    @cached_property
    def _routes(self) -> list[tuple[str, re.Pattern[str], str]]:
        """Method, pattern, name; paths with fewer variables first, as routers do it."""
        routes = []
        for name in sorted(self.operations, key=lambda name: (name.count("{"), name)):
            method, path = name.split(" ")
            # Only a file's path may hold a slash.
            pattern = re.sub(r"\{path\}", "(?P<path>.+)", path)
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
            routes.append((method, re.compile(pattern), name))
        return routes

    def find(self, method: str, path: str) -> tuple[str, dict[str, str]] | None:
        """The operation that a request is, and the variables in its path."""
        for known, pattern, name in self._routes:
            if known == method and (match := pattern.fullmatch(path)):
                return name, match.groupdict()
        return None

    def request_faults(self, name: str, query: dict[str, str], body: Any) -> list[str]:
        """What is wrong with a request."""
        operation = self.operations[name]
        faults = []
        for key, value in query.items():
            if key not in operation["query"]:
                faults.append(f"unknown query parameter {key}")
                continue
            schema = operation["query"][key]
            typed: Any = (
                int(value) if schema.get("type") == "integer" and value.isdigit() else value
            )
            faults += self._faults(f"{name} ?{key}", schema, typed)
        if "body" in operation:
            known = self._keys(operation["body"])
            faults += [f"unknown key {key} in the body" for key in body or {} if key not in known]
            faults += self._faults(f"{name} body", operation["body"], body)
        elif body is not None:
            faults.append("a body where none belongs")
        return faults

    def _keys(self, schema: Schema) -> set[str]:
        """The keys that an object of this schema may have."""
        if "$ref" in schema:
            return self._keys(self.definitions[schema["$ref"].rsplit("/", 1)[1]])
        parts = [part for key in ("anyOf", "oneOf", "allOf") for part in schema.get(key, ())]
        return set(schema.get("properties", ())).union(*map(self._keys, parts))

    def answer_faults(self, name: str, status: int, body: Any) -> list[str]:
        """What is wrong with an answer."""
        responses = self.operations[name]["responses"]
        if str(status) not in responses:
            return [] if status in UNDOCUMENTED else [f"status {status} is not one of {name}"]
        schema = responses[str(status)]
        if schema is None or status == 503:  # a 503 comes from a proxy as often as from GitHub
            return [] if body is None or status >= 300 else ["an answer where none belongs"]
        return self._faults(f"{name} {status}", schema, body)

    def example(self, schema: Schema) -> Any:
        """The smallest value of a schema: what is required, and nothing else."""
        if "$ref" in schema:
            return self.example(self.definitions[schema["$ref"].rsplit("/", 1)[1]])
        if "enum" in schema:
            return schema["enum"][0]
        if "allOf" in schema:
            merged: Schema = {}
            for part in schema["allOf"]:
                merged |= self.example(part)
            return merged
        for key in ("anyOf", "oneOf"):
            if key in schema:
                parts = schema[key]
                return None if {"type": "null"} in parts else self.example(parts[0])
        match schema.get("type", "object"):
            case "object":
                properties = schema.get("properties", {})
                required = schema.get("required", ())
                return {key: self.example(properties.get(key, {})) for key in required}
            case "array":
                return []
            case "boolean":
                return False
            case "integer" | "number":
                return 0
            case _:
                return ""

    def nullable(self, name: str) -> list[tuple[str, ...]]:
        """Where null may stand in a good answer of an operation; "[]" is any item of a list."""
        responses = self.operations[name]["responses"]
        good = next((schema for status, schema in responses.items() if status < "300"), None)
        return sorted(set(self._nullable(good or {}, (), ())))

    def _nullable(
        self, schema: Schema, place: tuple[str, ...], seen: tuple[str, ...]
    ) -> Iterator[tuple[str, ...]]:
        if "$ref" in schema:
            reference = schema["$ref"].rsplit("/", 1)[1]
            if reference not in seen:
                yield from self._nullable(self.definitions[reference], place, (*seen, reference))
            return
        for key in ("anyOf", "oneOf", "allOf"):
            if {"type": "null"} in schema.get(key, ()) and place:
                yield place
            for part in schema.get(key, ()):
                yield from self._nullable(part, place, seen)
        for key, part in schema.get("properties", {}).items():
            yield from self._nullable(part, (*place, key), seen)
        if "items" in schema:
            yield from self._nullable(schema["items"], (*place, "[]"), seen)

    def of(self, definition: str, **values: Any) -> dict[str, Any]:
        """The smallest value of a named schema, with `values` put in."""
        if definition not in self._examples:
            schema = self.definitions[definition]
            filled = next((p for p in schema.get("anyOf", ()) if p != {"type": "null"}), schema)
            self._examples[definition] = self.example(filled)
        return copy.deepcopy(self._examples[definition]) | values

    def _faults(self, key: str, schema: Schema, value: Any) -> list[str]:
        if key not in self._validators:
            whole = {**schema, "$defs": self.definitions}
            self._validators[key] = Draft202012Validator(whole)
        return [
            f"{key}: {'/'.join(map(str, error.path))}: {error.message[:300]}"
            for error in self._validators[key].iter_errors(value)
        ]


def stamp(moment: datetime) -> str:
    """A moment as GitHub writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


CONTRACT = Contract()
