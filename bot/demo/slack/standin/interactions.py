"""What people do to the app, as Slack tells it, and what came of it."""

import asyncio
import secrets
from dataclasses import dataclass, field

from bot.demo.slack.standin.content import Channel, Message, User
from bot.demo.slack.standin.vocabulary import JSON
from bot.demo.slack.standin.world import World


@dataclass(slots=True, eq=False, kw_only=True)
class View:
    """A form or a Home tab; updates change it in place."""

    id: str
    user: User
    # As the app gave it, with the block ids that Slack adds.
    content: JSON
    hash: str
    root_id: str
    previous_id: str | None = None
    # What the person filled in, as Slack tells it: by block id and action id.
    values: JSON = field(default_factory=dict)
    # What `response_action: errors` said, by block id.
    errors: dict[str, str] = field(default_factory=dict)
    updates: int = 0
    is_closed: bool = False

    def __repr__(self) -> str:
        state = "closed " if self.is_closed else ""
        return f"<{state}View {self.id} of {self.user.name}: {self.title!r}>"

    @property
    def kind(self) -> str:
        """`modal` or `home`."""
        return str(self.content["type"])

    @property
    def title(self) -> str:
        """What stands above a form."""
        return str(self.content.get("title", {}).get("text", ""))

    @property
    def blocks(self) -> list[JSON]:
        """What it shows."""
        blocks: list[JSON] = self.content["blocks"]
        return blocks

    def to_json(self, world: World) -> JSON:
        """Return it as Slack tells it."""
        shown = {"private_metadata": "", "callback_id": "", "external_id": "", "close": None}
        return {
            **shown,
            "submit": None,
            "title": None,
            "clear_on_close": False,
            "notify_on_close": False,
            **self.content,
            "id": self.id,
            "team_id": world.team_id,
            "app_id": world.app_id,
            "app_installed_team_id": world.team_id,
            "bot_id": world.bot_id,
            "hash": self.hash,
            "root_view_id": self.root_id,
            "previous_view_id": self.previous_id,
            "state": {"values": self.values},
        }


class Interaction:
    """One thing a person did, how the app acknowledged it and what it showed for it."""

    def __init__(
        self,
        world: World,
        *,
        kind: str,
        user: User,
        payload: JSON,
        channel: Channel | None = None,
        message: Message | None = None,
        view: View | None = None,
    ) -> None:
        # `slash_commands`, `interactive` or `events_api`.
        self.kind = kind
        self.user = user
        self.channel = channel
        # The message or view whose button was pressed, or that was chosen or sent.
        self.message = message
        self.view = view
        self.payload = payload
        self.trigger_id = (
            f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**9)}.{world.new_id('')}"
        )
        self.secret = secrets.token_urlsafe(16)
        self.sent_at = world.now()
        self.acked_at: float | None = None
        # The body of the acknowledgement.
        self.answer: JSON = {}
        # What the person reads if it was not acknowledged: `dispatch_failed`, `operation_timeout`.
        self.failure: str | None = None
        self.trigger_is_used = False
        self.trigger_is_expired = False
        self.response_url_uses = 0
        self.response_url_is_expired = False
        # The forms that were opened with its trigger.
        self.views: list[View] = []
        # The messages that came by the acknowledgement and by `response_url`.
        self.responses: list[Message] = []
        # Slack's error strings for what was refused: `expired_trigger_id`, `used_url`, …
        self.refusals: list[str] = []
        self.deliveries = 0
        self._settled = asyncio.Event()

    def __repr__(self) -> str:
        kind = self.payload.get("type") or self.payload.get("command")
        return f"<Interaction {kind} of {self.user.name} failure={self.failure}>"

    @property
    def acked_after(self) -> float | None:
        """Seconds from the first delivery to the acknowledgement; None: there was none."""
        return None if self.acked_at is None else self.acked_at - self.sent_at

    @property
    def form(self) -> View:
        """The form that it opened.

        Raises:
            AssertionError: it opened none.
        """
        assert self.views, f"{self} opened no form"
        return self.views[-1]

    @property
    def response_path(self) -> str:
        """The path of its `response_url`."""
        return f"/response/{self.secret}"

    def expire_trigger(self) -> None:
        """Let the three seconds of the trigger be over."""
        self.trigger_is_expired = True

    def expire_response_url(self) -> None:
        """Let the 30 minutes of the response_url be over."""
        self.response_url_is_expired = True

    def acknowledge(self, answer: JSON, now: float) -> None:
        """Note the app's acknowledgement; a later one changes nothing."""
        if self.acked_at is None:
            self.acked_at, self.answer = now, answer
            self.failure = None
        self._settled.set()

    def fail(self, failure: str) -> None:
        """Let the person read that it did not work; a later delivery may still be acknowledged."""
        if self.acked_at is None:
            self.failure = failure
        self._settled.set()

    async def settled(self) -> None:
        """Wait until it is acknowledged or has failed."""
        await self._settled.wait()
