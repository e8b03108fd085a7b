"""Forbidden calls found by reading the student's code: those that a run did not come by.

Like the recorder of calls a courtesy to students, not part of the trust boundary. A call counts if
it can be reached from the function under check through the file's own functions, and if its name
leads to torch: `torch.softmax`, `F.softmax`, `from torch import softmax as s`, `nn.Softmax()`, or a
method of a parameter that may be a tensor, `z.softmax(1)`, unless a class in the file defines it.
"""

import ast
import dis
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import pairwise

from torch import nn

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class CallScanner:
    """The functions of one file, and where its names come from."""

    def __init__(self, source: str) -> None:
        """Read `source`; code that cannot be parsed holds no calls."""
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            tree = ast.Module([], [])
        self._functions: dict[str, list[ast.AST]] = {}
        """Functions, classes and aliases of the file by name, methods by "." and their name."""
        self._read: dict[str, list[tuple[str, str, int]]] = {}
        """What a function names, once it was asked."""
        self._torch: dict[str, str] = {}  # a name in the file → its name in torch
        for statement in tree.body:
            node: ast.AST = statement
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                self._functions[node.name] = [node]
            elif isinstance(node, ast.Assign) and isinstance(
                node.value, ast.Lambda | ast.Attribute
            ):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self._functions[target.id] = [node.value]
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._note_import(node)
            elif isinstance(node, ast.ClassDef):
                for method in filter(_is_function, node.body):
                    self._functions.setdefault("." + getattr(method, "name", ""), []).append(method)

    def forbidden(self, function: str, names: frozenset[str]) -> list[tuple[str, int]]:
        """(name, line) of each call of `names` that `function` can reach."""
        found: list[tuple[str, int]] = []
        waiting, seen = [function] if names else [], set[str]()
        while waiting:
            current = waiting.pop()
            if current in seen or current not in self._functions:
                continue
            seen.add(current)
            if current not in self._read:
                self._read[current] = self._names_in(current)
            for name, called, line in self._read[current]:
                for plain in _functions_of(called):
                    if plain in names:
                        found.append((plain, line))
                waiting.append(name)
        return sorted(found, key=lambda each: each[1])

    def _names_in(self, function: str) -> list[tuple[str, str, int]]:
        names: list[tuple[str, str, int]] = []
        with suppress(RecursionError):  # an expression of a thousand terms
            for root in self._functions[function]:
                names += self._names(root, frozenset())
        return names

    def _note_import(self, node: ast.Import | ast.ImportFrom) -> None:
        module = getattr(node, "module", None) or ""
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            whole = f"{module}.{alias.name}" if module else alias.name
            if whole.partition(".")[0] == "torch":
                self._torch[name] = alias.name.rpartition(".")[2]

    def _names(self, node: ast.AST, given: frozenset[str]) -> Iterator[tuple[str, str, int]]:
        """(name in this file, name in torch or "", line) of whatever is called or referred to.

        `given` are the parameters of the functions around `node`: they may be tensors.
        """
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                own = name in self._functions or name in given
                yield name, "" if own else self._torch.get(name, ""), node.lineno
            case ast.Attribute(value=value, attr=attribute, ctx=ast.Load()):
                roots = set(_roots(value))
                if roots & (self._torch.keys() - given):
                    yield "", attribute, node.lineno
                elif "." + attribute in self._functions:
                    yield "." + attribute, "", node.lineno
                elif roots & given:
                    yield "", attribute, node.lineno
        if isinstance(node, _Function):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            given |= {argument.arg for argument in arguments} - {"self", "cls"}
        for child in _children(node):
            yield from self._names(child, given)


@cache
def _functions_of(called: str) -> tuple[str, ...]:
    """The torch functions behind a name of torch's: what a module's `forward` calls, or itself."""
    module = getattr(nn, called, None)
    if not isinstance(module, type) or not issubclass(module, nn.Module):
        return (called.removeprefix("special_"),)
    waiting, seen, functions = ["forward"], set[str](), set[str]()
    while waiting:
        method = waiting.pop()
        code = getattr(getattr(module, method, None), "__code__", None)
        if method in seen or code is None:
            continue
        seen.add(method)
        for first, second in pairwise(dis.get_instructions(code)):
            if first.opname == "LOAD_GLOBAL" and first.argval in ("F", "torch"):
                functions.add(str(second.argval))
        waiting += [name for name in code.co_names if name.startswith("_")]
    return tuple(sorted(functions))


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, _Function)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of `node` that can run: nothing after `return`; of a class, only `__init__`.

    Its other methods are reached by their names.
    """
    for _, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            other = _is_function(child) and getattr(child, "name", "") != "__init__"
            if isinstance(node, ast.ClassDef) and other:
                continue
            yield child
            if isinstance(child, ast.Return | ast.Raise):
                break


def _roots(value: ast.expr) -> Iterator[str]:
    """The names at the beginning of a chain: of `x` in `(x - 1).exp()[0].T`."""
    match value:
        case ast.Name(id=name):
            yield name
        case ast.Attribute(value=inner) | ast.Call(func=inner) | ast.Subscript(value=inner):
            yield from _roots(inner)
        case ast.BinOp(left=left, right=right):
            yield from _roots(left)
            yield from _roots(right)
        case ast.UnaryOp(operand=inner):
            yield from _roots(inner)
