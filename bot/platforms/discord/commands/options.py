"""The kinds of options that a command's form offers: ranges, lists, suggestions.

The numbers come from the table of parameters, so Discord checks what the prompt would have to pass
anyway. What a person may choose is in `bot.prompts`; nothing here decides.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

import discord
from discord import AppCommandOptionType, app_commands
from discord.app_commands import Choice, locale_str

from bot.domain.jobs import Mode
from bot.domain.texts import clip
from bot.platforms.discord.client import ImagineBot
from bot.platforms.discord.commands.incoming import interaction_of, person_of
from bot.platforms.discord.rendering.markdown import plain
from bot.prompts.parameters import Kind, find
from bot.screens.suggestions import Suggestion, aspects, tidy_aspect, versions

MAX_CHOICES = 25  # Discord's
MAX_CHOICE_LENGTH = 100  # Discord's, for what is shown and for what is sent


class _Plain(app_commands.Transformer):
    """An option whose value is taken as it was sent."""

    async def transform(self, _heard: discord.Interaction[Any], value: Any, /) -> Any:
        """Return what was sent."""
        return value


class InRange(_Plain):
    """A number within what the table of parameters allows."""

    def __init__(self, parameter: str) -> None:
        row = find(parameter)
        assert row is not None
        assert row.span is not None, f"{parameter} has no range"
        self._row, self._span = row, row.span

    @property
    def type(self) -> AppCommandOptionType:
        """A whole number, or any."""
        is_whole = self._row.kind is Kind.WHOLE
        return AppCommandOptionType.integer if is_whole else AppCommandOptionType.number

    @property
    def min_value(self) -> int:
        """The least."""
        return self._span.low

    @property
    def max_value(self) -> int:
        """The most."""
        return self._span.high


class OfVersions(_Plain):
    """One of the models, the newest first."""

    @property
    def choices(self) -> list[Choice[int | float | str]]:
        """All that the table knows."""
        return [_named(each.shown, each.sent) for each in versions()[:MAX_CHOICES]]


def _named(name: str, value: str) -> Choice[int | float | str]:
    """Offer what is called the same in every language."""
    return Choice(name=locale_str(name, is_proper_name=True), value=value)


class OfModes(_Plain):
    """Fast or relaxed."""

    @property
    def choices(self) -> list[Choice[int | float | str]]:
        """Both."""
        return [
            Choice(name=locale_str("Fast"), value=Mode.FAST.value),
            Choice(
                name=locale_str("Relaxed (slower, at half the price)"), value=Mode.RELAXED.value
            ),
        ]


def choices_of(suggestions: Iterable[Suggestion]) -> list[Choice[str]]:
    """Return suggestions as Discord shows them."""
    shown = [
        Choice(name=clip(each.shown, MAX_CHOICE_LENGTH), value=each.sent) for each in suggestions
    ]
    return shown[:MAX_CHOICES]


class RecentPrompts(_Plain):
    """A prompt; the person's latest are suggested."""

    async def autocomplete(  # type: ignore[override] # the base knows every kind of value
        self, heard: discord.Interaction[ImagineBot], value: str, /
    ) -> list[Choice[str]]:
        """Suggest what contains the text so far."""
        suggestions = heard.client.screens.suggestions
        return choices_of(await suggestions.prompts(person_of(heard), value))


class AspectRatio(_Plain):
    """Any ratio; the common ones are suggested."""

    async def transform(self, _heard: discord.Interaction[Any], value: Any, /) -> str:
        """Return it as Midjourney writes it."""
        return tidy_aspect(value)

    async def autocomplete(  # type: ignore[override] # the base knows every kind of value
        self, heard: discord.Interaction[ImagineBot], value: str, /
    ) -> list[Choice[str]]:
        """Suggest ratios with their use."""
        locale = await heard.client.screens.languages.of(interaction_of(heard))
        return choices_of(aspects(value, partial(plain, locale=locale)))


class PresetName(_Plain):
    """The name of one of the person's presets."""

    async def autocomplete(  # type: ignore[override] # the base knows every kind of value
        self, heard: discord.Interaction[ImagineBot], value: str, /
    ) -> list[Choice[str]]:
        """Suggest those that match."""
        suggestions = heard.client.screens.suggestions
        return choices_of(await suggestions.presets(person_of(heard), value))
