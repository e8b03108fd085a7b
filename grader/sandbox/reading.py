"""Forbidden calls found by reading the student's code: those that a run did not come by.

Like the recorder of calls a courtesy to students, not part of the trust boundary. A call counts if
it can be reached from the function under check through the file's own functions, and if its name
leads to torch: `torch.softmax`, `F.softmax`, `from torch import softmax as s`, `nn.Softmax()`, or a
method of a tensor, `z.softmax(1)`.
"""

import ast
from collections.abc import Iterator

_MODULES = {"Softmax": "softmax", "LogSoftmax": "log_softmax", "Softmin": "softmin",
            "CrossEntropyLoss": "cross_entropy", "NLLLoss": "nll_loss"}  # fmt: skip
"""nn.Module → the function that it calls."""


class Reading:
    """The functions of one file, and where its names come from."""

    def __init__(self, source: str) -> None:
        """Read `source`; code that cannot be parsed holds no calls."""
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            tree = ast.Module([], [])
        self._functions: dict[str, ast.AST] = {}
        self._torch: dict[str, str] = {}  # a name in the file → its name in torch
        self._others: set[str] = set()
        for statement in tree.body:
            node: ast.AST = statement
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                self._functions[node.name] = node
            elif isinstance(node, ast.Assign) and isinstance(
                node.value, ast.Lambda | ast.Attribute
            ):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self._functions[target.id] = node.value
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._note_import(node)

    def forbidden(self, function: str, names: frozenset[str]) -> list[list[object]]:
        """[name, line] of each call of `names` that `function` can reach."""
        found: list[list[object]] = []
        waiting, seen = [function], set[str]()
        while waiting:
            current = waiting.pop()
            if current in seen or current not in self._functions:
                continue
            seen.add(current)
            for name, called, line in self._names(self._functions[current]):
                plain = _MODULES.get(called, called).removeprefix("special_")
                if plain in names:
                    found.append([plain, line])
                waiting.append(name)
        return sorted(found, key=lambda each: int(str(each[1])))

    def _note_import(self, node: ast.Import | ast.ImportFrom) -> None:
        module = getattr(node, "module", None) or ""
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            whole = f"{module}.{alias.name}" if module else alias.name
            if whole.partition(".")[0] == "torch":
                self._torch[name] = alias.name.rpartition(".")[2]
            else:
                self._others.add(name)

    def _names(self, tree: ast.AST) -> Iterator[tuple[str, str, int]]:
        """(name in this file, name in torch or "", line) of whatever is called or referred to."""
        for node in ast.walk(tree):
            match node:
                case ast.Name(id=name, ctx=ast.Load()):
                    own = name in self._functions
                    yield name, "" if own else self._torch.get(name, ""), node.lineno
                case ast.Attribute(value=value, attr=attribute, ctx=ast.Load()):
                    if self._may_be_torch(value):
                        yield "", attribute, node.lineno

    def _may_be_torch(self, value: ast.expr) -> bool:
        """Whether an attribute of `value` may be torch's: of a module of its, or of a tensor."""
        while isinstance(value, ast.Attribute):
            value = value.value
        if not isinstance(value, ast.Name):
            return True
        if value.id in self._torch:
            return True
        return value.id not in self._others | {"self", "cls"} | self._functions.keys()
