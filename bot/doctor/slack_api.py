"""The few calls to Slack that only read, or only look for a way in. Without Slack's library."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.doctor.calls import Answer, UnreachedError, call

_OF_TOKENS = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)


class SlackRefusedError(Exception):
    """Slack said no; the text is its own name for why."""

    @property
    def is_token(self) -> bool:
        """Whether the token is to blame."""
        return str(self) in _OF_TOKENS


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Where a bot token belongs."""

    id: str
    name: str
    bot_name: str
    scopes: frozenset[str]  # empty: Slack did not say


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackApi:
    """Slack's Web API."""

    session: aiohttp.ClientSession
    url: str

    async def workspace(self, bot_token: str) -> Workspace:
        """Return the workspace of a bot token; as `call`."""
        answer = await self._call("auth.test", bot_token)
        said = answer.data
        return Workspace(
            id=str(said["team_id"]),
            name=str(said.get("team") or said["team_id"]),
            bot_name=str(said.get("user") or "imagine"),
            scopes=frozenset(answer.headers.get("X-OAuth-Scopes", "").replace(",", " ").split()),
        )

    async def socket_address(self, app_token: str) -> str:
        """Return where a socket could be opened; nothing is opened, so no event is lost.

        Raises as `call`.
        """
        answer = await self._call("apps.connections.open", app_token)
        return str(answer.data["url"])

    async def channels(self, bot_token: str) -> list[Mapping[str, Any]]:
        """Return the channels that the bot is in, 200 at most; as `call`."""
        method = "users.conversations?limit=200&types=public_channel,private_channel"
        answer = await self._call(method, bot_token)
        return list(answer.data["channels"])

    async def _call(self, method: str, token: str) -> Answer:
        """Make one call.

        Raises:
            SlackRefusedError: Slack said no.
            UnreachedError: no usable answer came.
        """
        url = f"{self.url}/{method}"
        answer = await call(self.session, url, token=f"Bearer {token}", method="POST")
        if not isinstance(answer.data, dict):
            raise UnreachedError(f"no usable answer (HTTP {answer.status})")
        if not answer.data.get("ok"):
            raise SlackRefusedError(str(answer.data.get("error", "no reason")))
        return answer
