"""What the tests of answers look at."""

from collections.abc import MutableMapping, Sequence
from typing import Any

from tests.standins.discord import Interaction


def private_text(asked: Interaction) -> str:
    """Return the sentence that only the person who acted sees."""
    assert asked.response is not None
    assert asked.response.ephemeral
    return asked.response.text


def events(logs: Sequence[MutableMapping[str, Any]]) -> list[str]:
    return [entry["event"] for entry in logs]
