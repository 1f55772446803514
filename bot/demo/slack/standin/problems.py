"""What is wrong with blocks and views, in Slack's words, and the few shapes most rules have."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.demo.slack.standin.vocabulary import JSON

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Problems:
    """What was found, each with where."""

    found: list[tuple[Path, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(self, path: Path, message: str) -> None:
        """Note that something is wrong there."""
        self.found.append((path, message))

    def lines(self) -> list[str]:
        """Return the `errors` of Slack's answer."""
        return [f"{text} [json-pointer:/{'/'.join(map(str, path))}]" for path, text in self.found]


Check = Callable[[Problems, Path, Any], None]


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of one kind of object, beside its `type`, and what holds between them."""

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    rule: Check | None = None

    def check(self, problems: Problems, path: Path, value: JSON) -> None:
        """Check an object's fields."""
        known = {**self.required, **self.optional}
        for key in self.required.keys() - value.keys():
            problems.add(path, f"missing required field: {key}")
        for key, item in value.items():
            if key in known:
                known[key](problems, (*path, key), item)
            elif key != "type":
                problems.add(path, f"invalid additional property: {key}")
        if self.rule is not None:
            self.rule(problems, path, value)


def text(high: int, low: int = 1) -> Check:
    """Return the check of a text of `low` to `high` characters."""

    def check(problems: Problems, path: Path, value: Any) -> None:
        if not isinstance(value, str):
            problems.add(path, "must be a string")
        elif len(value) < low:
            problems.add(path, f"must be more than {low - 1} characters")
        elif len(value) > high:
            problems.add(path, f"must be less than {high + 1} characters")

    return check


def number(low: int, high: int) -> Check:
    """Return the check of a whole number from `low` to `high`."""

    def check(problems: Problems, path: Path, value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            problems.add(path, "must be an integer")
        elif not low <= value <= high:
            problems.add(path, f"must be between {low} and {high}")

    return check


def flag(problems: Problems, path: Path, value: Any) -> None:
    """Check a boolean."""
    if not isinstance(value, bool):
        problems.add(path, "must be a boolean")


def choice(*allowed: Any) -> Check:
    """Return the check of one of these values."""

    def check(problems: Problems, path: Path, value: Any) -> None:
        if value not in allowed:
            problems.add(path, f"must be a valid enum value: {', '.join(map(str, allowed))}")

    return check


def items(each: Check, low: int, high: int) -> Check:
    """Return the check of a list of `low` to `high` entries, each of them checked."""

    def check(problems: Problems, path: Path, value: Any) -> None:
        if not isinstance(value, list):
            problems.add(path, "must be an array")
            return
        if len(value) < low:
            problems.add(path, f"no less than {low} items allowed")
        if len(value) > high:
            problems.add(path, f"no more than {high} items allowed")
        for place, item in enumerate(value):
            each(problems, (*path, place), item)

    return check


def shaped(shape: Shape) -> Check:
    """Return the check of an object without a type."""

    def check(problems: Problems, path: Path, value: Any) -> None:
        if isinstance(value, dict):
            shape.check(problems, path, value)
        else:
            problems.add(path, "must be an object")

    return check


def typed(shapes: Mapping[str, Shape], allowed: Iterable[str] | None = None) -> Check:
    """Return the check of an object whose `type` names its shape."""
    names = frozenset(shapes if allowed is None else allowed)

    def check(problems: Problems, path: Path, value: Any) -> None:
        if not isinstance(value, dict):
            problems.add(path, "must be an object")
        elif value.get("type") not in names:
            problems.add((*path, "type"), f"unsupported type: {value.get('type')}")
        else:
            shapes[value["type"]].check(problems, path, value)

    return check


def exactly_one(*names: str) -> Check:
    """Return the check that an object has one of these fields, and only one."""

    def check(problems: Problems, path: Path, value: Any) -> None:
        if len(value.keys() & set(names)) != 1:
            problems.add(path, f"must have exactly one of: {', '.join(names)}")

    return check
