"""The limits of the bot that would make a busy machine a reason to fail."""

import pytest

from bot.platforms.discord import language
from bot.platforms.discord.reply import answer, private
from bot.store import postgresql
from tests.timing import TIMEOUT_S


def be_unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the bot in this process wait for its work: it would promise an answer first."""
    for hurried in (answer, private, language):
        monkeypatch.setattr(hurried, "TIMEOUT_S", TIMEOUT_S)
    monkeypatch.setattr(private, "FORM_TIMEOUT_S", TIMEOUT_S)
    monkeypatch.setattr(postgresql, "IDLE_TIMEOUT_S", TIMEOUT_S)


def be_hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it promise an answer soon."""
    for hurried in (answer, private, language):
        monkeypatch.setattr(hurried, "TIMEOUT_S", 0.05)
