"""The limits of the bot that would make a busy machine a reason to fail."""

import pytest

from bot.platforms.discord import language
from bot.platforms.discord.interactions import answers, whispers
from bot.store import postgresql
from tests.timing import PATIENCE_S


def be_unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the bot in this process wait for its work: it would promise an answer first."""
    for hurried in (answers, whispers, language):
        monkeypatch.setattr(hurried, "PATIENCE_S", PATIENCE_S)
    monkeypatch.setattr(whispers, "FORM_PATIENCE_S", PATIENCE_S)
    monkeypatch.setattr(postgresql, "IDLE_TIMEOUT_S", PATIENCE_S)


def be_hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it promise an answer soon."""
    for hurried in (answers, whispers, language):
        monkeypatch.setattr(hurried, "PATIENCE_S", 0.05)
