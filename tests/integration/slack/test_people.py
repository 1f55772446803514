"""Who somebody is: asked for once, not waited for long, and never a reason to fail."""

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from bot.platforms.slack.connection import slack_client
from bot.platforms.slack.ids import person_of
from bot.platforms.slack.people import NOBODY_KNOWN, REMEMBERED_FOR, UNKNOWN_FOR, People, Profile
from tests.clocks import SteppedClock
from tests.integration.slack.rig import UNHURRIED
from tests.standins.slack import SlackStandIn, User, faults


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def people(s: SlackStandIn, clock: SteppedClock, session: aiohttp.ClientSession) -> People:
    client = slack_client(token=s.bot_token, api_url=s.api_url, session=session)
    return People(client, clock=clock, timings=UNHURRIED)


async def profile(people: People, user: User) -> Profile:
    return await people.profile(person_of(user.team_id, user.id))


async def test_language_and_rights_are_those_at_slack(people: People, s: SlackStandIn) -> None:
    ada = s.add_user("ada", locale="de-DE", is_admin=True)
    assert await profile(people, ada) == Profile(locale="de-DE", is_admin=True)


async def test_a_language_that_is_none_is_english(people: People, s: SlackStandIn) -> None:
    odd = s.add_user("odd", locale="../../etc")
    assert await profile(people, odd) == Profile(locale="en")


async def test_what_is_known_holds_for_some_minutes(
    people: People, s: SlackStandIn, clock: SteppedClock
) -> None:
    for _ in range(3):
        await profile(people, s.ann)
    assert len(s.calls("users.info")) == 1
    s.ann.locale = "de-DE"
    clock.step(seconds=REMEMBERED_FOR.total_seconds())
    assert (await profile(people, s.ann)).locale == "de-DE"


async def test_nobody_waits_for_a_slow_slack(
    s: SlackStandIn, clock: SteppedClock, session: aiohttp.ClientSession
) -> None:
    client = slack_client(token=s.bot_token, api_url=s.api_url, session=session)
    people = People(client, clock=clock, timings=replace(UNHURRIED, person_within_s=0.01))
    held = faults.Hold(after_effect=False, is_cut=False)
    s.faults.add("users.info", held)
    assert await profile(people, s.ann) == NOBODY_KNOWN
    held.release()


@pytest.mark.parametrize(
    "fault",
    [
        faults.Refuse(error="missing_scope"),
        faults.Refuse(error="user_not_found"),
        faults.Refuse(error="internal_error", status=500),
        faults.Garbage(status=200, after_effect=False),
        faults.Lose(after_effect=False),
    ],
)
async def test_who_cannot_be_asked_about_is_nobody_special(
    people: People, s: SlackStandIn, clock: SteppedClock, fault: faults.Refuse
) -> None:
    s.faults.add("users.info", fault, times=None)
    assert await profile(people, s.ann) == NOBODY_KNOWN
    s.faults.clear()
    assert await profile(people, s.ann) == NOBODY_KNOWN
    clock.step(seconds=UNKNOWN_FOR.total_seconds())
    assert (await profile(people, s.ann)).locale == "en-US"


async def test_nobody_is_asked_about_while_slack_wants_us_to_wait(
    people: People, s: SlackStandIn
) -> None:
    s.faults.add("users.info", faults.RateLimited(retry_after=30))
    assert await profile(people, s.ann) == NOBODY_KNOWN
    assert await profile(people, s.ben) == NOBODY_KNOWN
    assert len(s.calls("users.info")) == 1
