"""Problems: what is wrong with a request, as Discord says it and as the stand-in remembers it.

The rules beside this module are those of the OpenAPI description and the documentation. They are
pure: payloads in, problems out. Whoever breaks one is answered with 50035 and a tree of errors.
"""

from collections.abc import Collection
from typing import Any

from tests.standins.discord.vocabulary import JSON

Path = tuple[str | int, ...]


class Problems:
    """What is wrong with one request."""

    def __init__(self) -> None:
        self.found: list[tuple[Path, str, str]] = []

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(self, path: Path, code: str, message: str) -> None:
        self.found.append((path, code, message))

    def tree(self) -> JSON:
        """Return the `errors` object of Discord's 50035."""
        root: JSON = {}
        for path, code, message in self.found:
            node = root
            for step in path:
                node = node.setdefault(str(step), {})
            node.setdefault("_errors", []).append({"code": code, "message": message})
        return root

    def lines(self) -> list[str]:
        return [f"{'.'.join(map(str, path))}: {message}" for path, _, message in self.found]

    # The few shapes that most rules have.

    def only(self, path: Path, value: JSON, allowed: Collection[str]) -> None:
        for key in value.keys() - set(allowed):
            self.add((*path, key), "UNKNOWN_FIELD", f"Unknown field {key}.")

    def text(self, path: Path, value: object, low: int, high: int) -> bool:
        if not isinstance(value, str):
            self.add(path, "BASE_TYPE_REQUIRED", "This field is required and must be text")
            return False
        if not low <= len(value) <= high:
            message = f"Must be between {low} and {high} in length."
            self.add(path, "BASE_TYPE_BAD_LENGTH", message)
        return low <= len(value) <= high

    def optional_text(self, path: Path, value: object, high: int) -> None:
        if value is not None:
            self.text(path, value, 0, high)

    def items(self, path: Path, value: object, low: int, high: int) -> list[Any]:
        if not isinstance(value, list):
            self.add(path, "LIST_TYPE_CONVERT", "Only lists are allowed")
            return []
        if not low <= len(value) <= high:
            message = f"Must be between {low} and {high} in length."
            self.add(path, "BASE_TYPE_BAD_LENGTH", message)
        return value

    def number(self, path: Path, value: object, low: int, high: int) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.add(path, "NUMBER_TYPE_MAX", f"Must be a number between {low} and {high}.")

    def flag(self, path: Path, value: object) -> None:
        if value is not None and not isinstance(value, bool):
            self.add(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
