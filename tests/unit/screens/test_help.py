"""/help: what the bot can do, and its examples."""

from functools import partial
from typing import Any

import pytest

from bot.domain.errors import JobGoneError, OutdatedError
from bot.domain.people import Preferences
from bot.domain.views import Action
from bot.ports.reply import Place
from bot.prompts import parse
from bot.screens.help import EXAMPLES, TRY, HelpScreen, help_view
from bot.screens.interaction import Interaction
from bot.screens.languages import Languages
from bot.screens.router import Router
from bot.services.personal import PersonalService
from bot.services.requests import Request
from tests.personal import KeptInMemory
from tests.replies import interaction
from tests.shown import actions_of


class Asking:
    """Takes down what jobs were asked for, and how."""

    def __init__(self) -> None:
        self.asked: list[tuple[Interaction, Request, bool | None]] = []

    async def for_jobs(
        self, interaction: Interaction, accept: partial[Any], *, is_private: bool | None = None
    ) -> None:
        (request,) = accept.args
        self.asked.append((interaction, request, is_private))


class Service:
    """Would take requests."""

    async def imagine(self, request: Request, command: object) -> None:
        raise AssertionError("it is for `Asking` to call this")


@pytest.fixture
def kept() -> KeptInMemory:
    return KeptInMemory()


@pytest.fixture
def asking() -> Asking:
    return Asking()


@pytest.fixture
def screen(kept: KeptInMemory, asking: Asking) -> HelpScreen:
    languages = Languages(PersonalService(history=None, personal=kept), within_s=5)
    return HelpScreen(service=Service(), asking=asking, languages=languages)


async def test_help_is_in_the_persons_language_and_for_them_alone(
    screen: HelpScreen, kept: KeptInMemory
) -> None:
    asked = interaction()
    kept.preferences_of[asked.person] = Preferences(language="de")
    await screen.show(asked)
    assert asked.reply.shown == [(help_view("de"), Place.ALONE)]


async def test_each_button_starts_its_example_for_everybody(
    screen: HelpScreen, asking: Asking
) -> None:
    for action in actions_of(help_view("en")):
        await Router(screen).answer(interaction(action))
    assert [(request.prompt, is_private) for _, request, is_private in asking.asked] == [
        (example.prompt, False) for example in EXAMPLES
    ]


@pytest.mark.parametrize("values", [(), ("",), ("fox",), ("-1",)])
async def test_a_button_of_another_version_starts_nothing(
    screen: HelpScreen, asking: Asking, values: tuple[str, ...]
) -> None:
    with pytest.raises(OutdatedError):
        await Router(screen).answer(interaction(Action(TRY, values)))
    assert asking.asked == []


@pytest.mark.parametrize("number", [len(EXAMPLES), 10**60])
async def test_an_example_that_is_gone_says_so(
    screen: HelpScreen, asking: Asking, number: int
) -> None:
    with pytest.raises(JobGoneError, match="This example is gone"):
        await Router(screen).answer(interaction(Action(TRY, (str(number),))))
    assert asking.asked == []


def test_the_examples_are_few_and_good() -> None:
    assert 1 <= len(EXAMPLES) <= 5
    assert not any(parse(example.prompt).refusals for example in EXAMPLES)
