"""docs/faults.md against the tests that it names: none is missing, and no fault is left out."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "faults.md").read_text()
REFERENCE = re.compile(r"`((?:\w+/)?test_\w+\.py)::(test_\w+)(?:\[([^\]]+)\])?`")
REFERENCES = sorted({match.groups(default="") for match in REFERENCE.finditer(TABLE)})

CALLS = [
    "Submit", "Job status", "Image download", "Answer to a command", "Send", "Edit", "Delete",
    "Database read", "Database write",
]  # fmt: skip
FAULTS = [
    "refused", "4xx", "429 with Retry-After", "429 without", "5xx before effect",
    "5xx after effect", "answer lost", "hang", "garbage", "slow trickle",
]  # fmt: skip


def section(title: str) -> str:
    """Return what stands under a heading."""
    _, _, after = TABLE.partition(f"\n## {title}\n")
    return after.partition("\n## ")[0]


@cache
def syntax_of(file: str) -> ast.Module:
    (path,) = (ROOT / "tests").rglob(file)
    return ast.parse(path.read_text())


def function(file: str, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    for node in syntax_of(file).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            return node
    return None


def ids_of(file: str, name: str) -> set[str]:
    """Return the ids of a parametrised test."""
    node = function(file, name)
    assert node is not None
    found = {""}
    for decorator in node.decorator_list:  # the innermost comes first in an id
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("parametrize"):
            own = list(_texts(file, _ids_in(decorator)))
            found = {f"{each}-{known}".strip("-") for each in own for known in found}
    return found


def _ids_in(decorator: ast.Call) -> ast.expr:
    named = [keyword.value for keyword in decorator.keywords if keyword.arg == "ids"]
    return named[0] if named else decorator.args[1]


def _texts(file: str, node: ast.expr) -> Iterator[str]:
    """Return the texts in a list, the keys of a dict, or both of two dicts, by name or in place."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.List(elts=parts):
            for part in parts:
                yield from _texts(file, part)
        case ast.Dict(keys=keys):
            for key in keys:
                assert key is not None
                yield from _texts(file, key)
        case ast.BinOp(left=left, right=right):
            yield from _texts(file, left)
            yield from _texts(file, right)
        case ast.Name(id=name):
            yield from _texts(file, _value_of(file, name))


def _value_of(file: str, name: str) -> ast.expr:
    for node in syntax_of(file).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            value = getattr(node, "value", None)
            assert isinstance(value, ast.expr)
            return value
    raise AssertionError(f"{file} has no {name}")


@pytest.mark.parametrize(("file", "name", "case"), REFERENCES, ids=lambda each: each or "all")
def test_every_test_that_the_table_names_exists(file: str, name: str, case: str) -> None:
    assert function(file, name) is not None
    if case:
        assert case in ids_of(file, name)


@pytest.mark.parametrize("call", CALLS)
def test_no_fault_of_a_call_is_left_out(call: str) -> None:
    rows = [line.split("|")[1].strip() for line in section(call).splitlines() if "|" in line]
    assert not [fault for fault in FAULTS if fault not in rows]


@pytest.mark.parametrize("call", CALLS)
def test_every_row_names_its_test(call: str) -> None:
    for line in section(call).splitlines():
        if line.startswith("|") and not line.startswith(("| fault", "| moment", "|---")):
            assert REFERENCE.search(line) or "see the moments below" in line, line
