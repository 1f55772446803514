"""The few calls to Discord that only read, with the bot's token. Without Discord's library."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

import aiohttp

from bot.config import Settings
from bot.doctor.calls import Answer, UnreachedError, call


class TokenRefusedError(Exception):
    """Discord does not accept the token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What Discord's portal says of the application."""

    id: str
    name: str
    is_public: bool
    interactions_endpoint_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guild:
    """A server that the bot is in."""

    id: str
    name: str
    permissions: int  # what the bot's roles allow there, before the channels have their say


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordApi:
    """Discord's REST address, as a bot sees it."""

    session: aiohttp.ClientSession
    url: str
    token: str

    @classmethod
    def of(cls, session: aiohttp.ClientSession, settings: Settings) -> Self:
        """Return the API of these settings."""
        token = settings.discord_token
        assert token is not None, "Discord is set"
        return cls(session=session, url=settings.discord_api_url, token=token.get_secret_value())

    async def application(self) -> Application:
        """Return the application that the token belongs to; as `get`."""
        said = await self.get("/applications/@me")
        return Application(
            id=str(said["id"]),
            name=str(said["name"]),
            is_public=bool(said.get("bot_public")),
            interactions_endpoint_url=said.get("interactions_endpoint_url"),
        )

    async def sessions_left(self) -> int:
        """Return how often the bot may still connect today; as `get`."""
        said = await self.get("/gateway/bot")
        return int(said["session_start_limit"]["remaining"])

    async def guilds(self) -> list[Guild]:
        """Return the servers, 200 at most; as `get`."""
        return [
            Guild(id=each["id"], name=each["name"], permissions=int(each["permissions"]))
            for each in await self.get("/users/@me/guilds")
        ]

    async def commands(self, application: Application) -> Any:
        """Return the commands that are registered for all servers; as `get`."""
        return await self.get(f"/applications/{application.id}/commands?with_localizations=false")

    async def may_have_commands(self, application: Application, guild: Guild) -> bool:
        """Whether the bot was added with the right to have commands there."""
        path = f"/applications/{application.id}/guilds/{guild.id}/commands"
        answer = await self._call(path)
        return answer.status != HTTPStatus.FORBIDDEN

    async def get(self, path: str) -> Any:
        """Return what Discord says.

        Raises:
            TokenRefusedError: the token is wrong.
            UnreachedError: Discord gives no usable answer.
        """
        answer = await self._call(path)
        if answer.status != HTTPStatus.OK or answer.data is None:
            raise UnreachedError(f"no usable answer (HTTP {answer.status})")
        return answer.data

    async def _call(self, path: str) -> Answer:
        answer = await call(self.session, self.url + path, token=f"Bot {self.token}")
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise TokenRefusedError
        return answer
