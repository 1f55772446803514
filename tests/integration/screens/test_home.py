"""Home: every screen can be reached, and answers there."""

from collections.abc import Callable

import pytest

from bot.domain.errors import OutdatedError
from bot.domain.views import Action
from bot.screens import actions
from bot.screens.bundle import Screens
from bot.screens.home import OPEN, Tab, tabs_view
from bot.screens.interaction import Interaction
from bot.store import Database
from bot.wiring import Role
from tests.clocks import SteppedClock
from tests.replies import NOW, RecordingReply, interaction
from tests.shown import actions_of, text_of
from tests.wiring import bot_of, parts_on

SHOWS = {
    Tab.JOBS: "Your jobs",
    Tab.PRESETS: "Your presets",
    Tab.SETTINGS: "Your settings",
    Tab.QUEUE: "The queue",
    Tab.HELP: "Hello! I draw pictures.",
}


@pytest.fixture
async def screens(database: Database) -> Screens:
    roles = frozenset({Role.GATEWAY})
    return bot_of(await parts_on(database, roles=roles, clock=SteppedClock(NOW))).screens


@pytest.fixture
def press(screens: Screens) -> Callable[[Action], Interaction]:
    def pressed(action: Action) -> Interaction:
        return interaction(action, reply=RecordingReply(), seen=None)

    return pressed


async def test_home_opens_with_the_jobs_of_the_person(screens: Screens) -> None:
    reply = RecordingReply()
    await screens.home.show(interaction(reply=reply))
    assert text_of(reply.view).startswith(SHOWS[Tab.JOBS])


@pytest.mark.parametrize("tab", Tab)
async def test_every_tab_shows_its_screen(
    screens: Screens, press: Callable[[Action], Interaction], tab: Tab
) -> None:
    asked = press(Action(OPEN, (tab.value,)))
    await screens.edge.run(asked, screens.edge.route(asked))
    assert isinstance(asked.reply, RecordingReply)
    assert text_of(asked.reply.view).startswith(SHOWS[tab])


async def test_a_tab_of_another_version_is_outdated(
    screens: Screens, press: Callable[[Action], Interaction]
) -> None:
    with pytest.raises(OutdatedError):
        await screens.home.turn(press(Action(OPEN, ("other",))))


def test_home_leads_to_every_tab_and_to_the_form() -> None:
    tabs = [Action(OPEN, (tab.value,)) for tab in Tab]
    assert actions_of(tabs_view("en")) == (Action(actions.COMPOSE), *tabs)
