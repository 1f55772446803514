"""Who the bot is in its workspace, as `auth.test` says: known only once Slack accepts the token."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import DeliveryError, NotSentError, TokenRejectedError
from bot.platforms.slack.connection.calls import rejected_token, slack_call

DEFAULT_NAME = "imagine-bot"  # as deploy/slack-manifest.yaml has it

_SCOPES = "x-oauth-scopes"  # the header of every answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The bot and its workspace."""

    team_id: str
    bot_id: str  # as in the messages that it sends
    bot_user_id: str  # as in mentions
    workspace_url: str  # with which the addresses of messages begin; ends with a slash
    workspace: str = ""  # names, for the log
    bot_name: str = ""
    scopes: frozenset[str] | None = None  # that the token has; None: Slack did not say


class IdentityHolder:
    """Holds the identity once it is known; until then `get` waits."""

    def __init__(self, identity: Identity | None = None) -> None:
        self._identity = identity
        self._is_known = asyncio.Event()
        if identity is not None:
            self._is_known.set()

    def set(self, identity: Identity) -> None:
        """Let everybody know it."""
        self._identity = identity
        self._is_known.set()

    async def get(self) -> Identity:
        """Return it, once it is known."""
        await self._is_known.wait()
        assert self._identity is not None
        return self._identity

    @property
    def known(self) -> Identity | None:
        """The identity; None: it is not known yet."""
        return self._identity

    @property
    def bot_name(self) -> str:
        """How people call the bot."""
        return (self._identity and self._identity.bot_name) or DEFAULT_NAME


async def ask_identity(client: AsyncWebClient, *, timeout_s: float) -> Identity:
    """Ask Slack who the bot is.

    Raises:
        TokenRejectedError: Slack does not accept the token.
        NotSentError: no usable answer; `retry_after` is how long Slack asks us to wait.
    """
    try:
        async with slack_call(timeout_s, changes_nothing=True):
            answer = await client.auth_test()
    except DeliveryError as error:
        code = rejected_token(error)
        if code is None:
            raise
        raise TokenRejectedError(f"Slack does not accept SLACK_BOT_TOKEN ({code}).") from error
    # Bytes are for files only.
    return _identity_in(answer.data, answer.headers)  # type: ignore[arg-type]


def _identity_in(answer: Mapping[str, Any], headers: Mapping[str, str]) -> Identity:
    scopes = headers.get(_SCOPES)
    try:
        return Identity(
            team_id=answer["team_id"],
            bot_id=answer["bot_id"],
            bot_user_id=answer["user_id"],
            workspace_url=answer["url"],
            workspace=answer.get("team", ""),
            bot_name=answer.get("user", ""),
            scopes=None if scopes is None else frozenset(map(str.strip, scopes.split(","))),
        )
    except KeyError as error:
        raise NotSentError(f"Slack did not name its {error.args[0]}") from error
