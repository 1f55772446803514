"""How these tests set variables and read what comes of them."""

from pathlib import Path

import pytest

from bot.config import read_environment
from bot.domain.errors import ConfigError

ROOT = Path(__file__).parents[3]
NOWHERE = Path("/nonexistent/.env")
REQUIRED = {"DISCORD_TOKEN": "token-of-discord", "MIDJOURNEY_API_KEY": "key-of-midjourney"}


def problems_with(monkeypatch: pytest.MonkeyPatch, **variables: str) -> tuple[str, ...]:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        read_environment(NOWHERE).settings()
    return caught.value.problems
