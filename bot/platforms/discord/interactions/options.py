"""The kinds of options that a command's form offers: ranges, lists, suggestions.

The numbers come from the table of parameters, so Discord checks what the prompt would have to pass
anyway. What a person may choose is in `bot.prompts`; nothing here decides.
"""

from typing import TYPE_CHECKING, Any

import discord
from discord import AppCommandOptionType, app_commands
from discord.app_commands import Choice, locale_str

from bot.domain.jobs import Mode
from bot.platforms.discord.interactions.suggestions import (
    MAX_CHOICES,
    aspect_choices,
    preset_choices,
    prompt_choices,
    soon,
    tidy_aspect,
)
from bot.platforms.discord.language import locale_of
from bot.platforms.discord.people import person_of
from bot.prompts.parameters import NIJI_VERSIONS, VERSIONS, Kind, find

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot


class _Plain(app_commands.Transformer):
    """An option whose value is taken as it was sent."""

    async def transform(self, _interaction: discord.Interaction[Any], value: Any, /) -> Any:
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
        offered = [
            *(_named(number, number) for number in VERSIONS[::-1]),
            *(_named(f"Niji {number}", f"niji {number}") for number in NIJI_VERSIONS[::-1]),
        ]
        return offered[:MAX_CHOICES]


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


class RecentPrompts(_Plain):
    """A prompt; the person's latest are suggested."""

    async def autocomplete(  # type: ignore[override] # the base knows every kind of value
        self, interaction: "discord.Interaction[ImagineBot]", value: str, /
    ) -> list[Choice[str]]:
        """Suggest what contains the text so far."""
        personal, person = interaction.client.personal, person_of(interaction)

        async def find_them() -> list[Choice[str]]:
            search = value.strip()
            recent = await personal.recent_prompts(person, search, MAX_CHOICES)
            return prompt_choices(recent, search)

        return await soon(
            find_them(), within_s=interaction.client.discord_timings.suggestions_within_s
        )


class AspectRatio(_Plain):
    """Any ratio; the common ones are suggested."""

    async def transform(self, _interaction: discord.Interaction[Any], value: Any, /) -> str:
        """Return it as Midjourney writes it."""
        return tidy_aspect(value)

    async def autocomplete(  # type: ignore[override] # the base knows every kind of value
        self, interaction: discord.Interaction[Any], value: str, /
    ) -> list[Choice[str]]:
        """Suggest ratios with their use."""
        return aspect_choices(value, await locale_of(interaction))[:MAX_CHOICES]


class PresetName(_Plain):
    """The name of one of the person's presets."""

    async def autocomplete(  # type: ignore[override] # the base knows every kind of value
        self, interaction: "discord.Interaction[ImagineBot]", value: str, /
    ) -> list[Choice[str]]:
        """Suggest those that match."""
        personal, person = interaction.client.personal, person_of(interaction)

        async def find_them() -> list[Choice[str]]:
            return preset_choices(await personal.presets(person), value)

        return await soon(
            find_them(), within_s=interaction.client.discord_timings.suggestions_within_s
        )
