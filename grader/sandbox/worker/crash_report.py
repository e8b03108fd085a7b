"""What is told of an exception of the student's: where, and what met there; never a value.

Of each name in the line the kind is told, of tensors, arrays and tables also dtype and shape. The
host takes all of it for a claim.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import torch
from torch import Tensor, nn

_LONGEST = 300
_LINE = 160
_NAMES = 6
_CONFLICT = re.compile(r"^(<{7}|={7}$|>{7})")
_PATH = re.compile(r"(?<![\w.:/])/[\w./+-]+/(?=[\w.+-])")
_LOCALS = re.compile(r"\b\w+\.<locals>\.")


class NotThereError(Exception):
    """What is asked for was not handed in; the message names it."""


def describe(error: BaseException, path: str, source: str) -> dict[str, Any]:
    """Kind, type, message, line, its text, what its names hold, and whose code raised it.

    What a name holds is [name, kind, dtype, shape].

    Args:
        error: an exception of the student's.
        path: the student's file.
        source: its text.
    """
    frame, line = _place(error.__traceback__, path)
    message = _message(error, source)
    text = _text(source, line)
    if isinstance(error, SyntaxError):
        line, text = error.lineno, (error.text or _text(source, error.lineno)).strip()
        conflict = _conflict(source)
        if conflict is not None:
            line, text = conflict, _text(source, conflict)
    held = _held(frame, source, line) if frame is not None and line is not None else []
    if isinstance(error, NameError) and frame is not None:
        held += _attribute(frame, str(error.name))
    return {
        "kind": _kind(error, message, text),
        "type": type(error).__name__[:100],
        "message": message,
        "line": line,
        "text": text[:_LINE],
        "held": [*held, *_layer(error.__traceback__)][:_NAMES],
        "inside": _package(error.__traceback__, path),
    }


def require_text(content: bytes, name: str) -> str:
    """The text of a file that Python can read.

    Raises:
        SyntaxError: it is saved in another encoding, or is a notebook; with the line.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SyntaxError(f"{name} is saved as UTF-16", (name, 1, 0, ""))
    if content.lstrip()[:1] == b"{" and b'"cells"' in content:
        raise SyntaxError(f"{name} holds a notebook", (name, 1, 0, ""))
    declared = re.match(rb"(?:[^\n]*\n)?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", content)
    try:
        return content.decode(declared[1].decode() if declared else "utf-8")
    except LookupError:
        return content.decode(errors="replace")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        try:
            found = (
                "CP949 or EUC-KR" if re.search("[가-힣]", content.decode("cp949")) else "another"
            )
        except UnicodeDecodeError:
            found = "another"
        text = content.splitlines()[line - 1].decode("cp949", errors="replace")
        raise SyntaxError(
            f"{name} is saved in {found} encoding, not in UTF-8", (name, line, 0, text)
        ) from None


def line_of(error: BaseException, path: str) -> int | None:
    """The last line of the student's file that an exception came through."""
    return _place(error.__traceback__, path)[1]


def _place(trace: TracebackType | None, path: str) -> tuple[FrameType | None, int | None]:
    """The last frame of the student's file that an exception came through, and the line there."""
    found: tuple[FrameType | None, int | None] = None, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            found = trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next
    return found


def _package(trace: TracebackType | None, path: str) -> str:
    """The package whose code raised an exception; empty where that is the student's file."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or trace.tb_frame.f_code.co_filename == path:
        return ""
    return str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0][:40]


def _message(error: BaseException, source: str) -> str:
    """The exception's own sentence, without folders and names that are none of the student's."""
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception:
        return ""
    text = _LOCALS.sub("", text.replace(f"{Path.cwd()}/", ""))
    return _PATH.sub(lambda found: found[0] if found[0] in source else "", text)[:_LONGEST]


def _kind(error: BaseException, message: str, text: str) -> str:
    if isinstance(error, NotThereError):
        return "not_there"
    # torch raises it as well: for a module without forward, a dtype without this operation.
    if isinstance(error, NotImplementedError) and text.startswith("raise"):
        return "not_implemented"
    # torch reports a refused allocation as a plain RuntimeError.
    refused = ("can't allocate memory", "bad_alloc")
    if isinstance(error, MemoryError) or any(words in message for words in refused):
        return "out_of_memory"
    return "errored"


def _text(source: str, line: int | None) -> str:
    lines = source.splitlines()
    return lines[line - 1].strip() if line is not None and 0 < line <= len(lines) else ""


def _conflict(source: str) -> int | None:
    """The first line that git has left of a merge."""
    lines = enumerate(source.splitlines(), 1)
    return next((number for number, text in lines if _CONFLICT.match(text)), None)


def _held(frame: FrameType, source: str, line: int) -> list[list[Any]]:
    """What the names hold that stand in a line, in their order."""
    found: dict[str, list[Any]] = {}
    for name in _names(source, line):
        if name not in found and (about := _about(_value(frame, name))) is not None:
            found[name] = [name, *about]
    return list(found.values())


def _names(source: str, line: int) -> Iterator[str]:
    """Names and their attributes in the innermost statement that a line belongs to."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    statements = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    if not statements:
        return
    inner = max(statements, key=lambda node: (node.lineno, -(node.end_lineno or 0)))
    for node in ast.walk(inner):
        if isinstance(node, ast.Name | ast.Attribute) and getattr(node, "lineno", line) == line:
            name = ast.unparse(node)
            if re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*", name):
                yield name


def _value(frame: FrameType, name: str) -> object:
    first, *rest = name.split(".")
    value: Any = frame.f_locals.get(first, frame.f_globals.get(first))
    for attribute in rest:
        # Only what lies there: a property would be run.
        members = getattr(value, "__dict__", {})
        inner = {**members, **members.get("_parameters", {}), **members.get("_modules", {})}
        value = inner.get(attribute)
    return value


def _about(value: object) -> list[Any] | None:
    """Kind, dtype (or what stands for it) and shape; None of what is not worth a word."""
    if isinstance(value, Tensor):
        where = "" if value.device.type == "cpu" else f" on {value.device.type}"
        return ["tensor", str(value.dtype).removeprefix("torch.") + where, list(value.shape)]
    name = type(value).__name__
    if name in ("ndarray", "Series"):
        return [name, str(getattr(value, "dtype", "")), list(getattr(value, "shape", ()))]
    if name == "DataFrame":
        return [name, "", list(getattr(value, "shape", ()))]
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return [name, "", [len(value)]]
    return [name, "", []] if isinstance(value, bool | int | float | str) else None


def _attribute(frame: FrameType, name: str) -> list[list[Any]]:
    """Of a name that is not known: that the object of the method has an attribute of this name."""
    own = getattr(frame.f_locals.get("self"), "__dict__", {})
    known = name in own or any(name in own.get(part, {}) for part in ("_modules", "_parameters"))
    return [[name, "attribute", "", []]] if known else []


def _layer(trace: TracebackType | None) -> list[list[Any]]:
    """The weights of the layer of torch's that the exception came from."""
    layer = None
    while trace is not None:
        owner = trace.tb_frame.f_locals.get("self")
        inside = trace.tb_frame.f_code.co_filename.startswith(str(Path(torch.__file__).parent))
        if inside and isinstance(owner, nn.Module):
            layer = owner
        trace = trace.tb_next
    if layer is None or not isinstance(
        weight := layer.__dict__.get("_parameters", {}).get("weight"), Tensor
    ):
        return []
    return [[f"{type(layer).__name__}.weight", *(_about(weight) or ())]]
