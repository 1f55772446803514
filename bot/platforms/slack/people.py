"""Who somebody is, which no payload of Slack's says: their language, and what they may do.

A token without the scope for it, or a Slack that is slow, is nothing that a person must hear of.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.cleaning import clean_locale
from bot.domain.conversations import Person
from bot.domain.errors import DeliveryError
from bot.platforms.slack.cache import Answer, Cache
from bot.platforms.slack.connection.calls import slack_call
from bot.platforms.slack.connection.throttle import Throttle
from bot.platforms.slack.ids import user_of
from bot.platforms.slack.timings import SlackTimings
from bot.ports.clock import Clock

REMEMBERED_FOR = timedelta(minutes=10)
UNKNOWN_FOR = timedelta(seconds=30)  # not asked again before, unless Slack names another time
MAX_REMEMBERED = 2048

DEFAULT_LOCALE = "en"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What we must know of a person."""

    locale: str = DEFAULT_LOCALE  # BCP 47
    is_admin: bool = False  # of their workspace
    teams: frozenset[str] = frozenset()  # all their workspaces, where Slack says so


NOBODY_KNOWN = Profile()


class People:
    """Asks Slack who people are."""

    def __init__(self, client: AsyncWebClient, *, clock: Clock, timings: SlackTimings) -> None:
        """Ask with the authority of `client`, and remember the answers for some minutes."""
        self._client = client
        self._timings = timings
        self._throttle = Throttle(clock.monotonic)
        self._profiles = Cache(self._look, clock=clock, limit=MAX_REMEMBERED)

    async def profile(self, person: Person) -> Profile:
        """Return what is known of a person, without waiting long for it."""
        try:
            return await self._profiles.get(
                user_of(person.id), within_s=self._timings.person_within_s
            )
        except TimeoutError:
            log.info("person_unknown", reason="Slack is slow")
            return NOBODY_KNOWN

    async def _look(self, user_id: str) -> Answer[Profile]:
        try:
            answer = await self._info(user_id)
            return Answer(_profile(answer), REMEMBERED_FOR)
        except DeliveryError as error:
            log.info("person_unknown", reason=error.reason)
            return Answer(NOBODY_KNOWN, max(UNKNOWN_FOR, error.retry_after or UNKNOWN_FOR))

    async def _info(self, user_id: str) -> dict[str, Any]:
        call = slack_call(self._timings.call_timeout_s, changes_nothing=True)
        async with self._throttle.call("users.info"), call:
            answer = await self._client.users_info(user=user_id, include_locale=True)
            user: dict[str, Any] = answer.get("user") or {}
            return user


def _profile(user: dict[str, Any]) -> Profile:
    return Profile(
        locale=clean_locale(str(user.get("locale", "")), usual=DEFAULT_LOCALE),
        is_admin=bool(user.get("is_admin")),
        teams=_teams(user),
    )


def _teams(user: dict[str, Any]) -> frozenset[str]:
    """Return the workspaces of a person on Enterprise Grid, where one may have several."""
    return frozenset(map(str, (user.get("enterprise_user") or {}).get("teams") or ()))
