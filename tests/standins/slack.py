"""The demo's stand-in for Slack, with more that can go wrong."""

from collections.abc import Iterator
from http import HTTPStatus

from bot.demo.slack.standin import (
    Button,
    Channel,
    File,
    Interaction,
    Message,
    RequestRecord,
    User,
    View,
    Violation,
    faults,
    payloads,
)
from bot.demo.slack.standin import SlackStandIn as DemoStandIn
from bot.demo.slack.standin.api import RateLimit
from bot.demo.slack.standin.forms import find_element
from bot.demo.slack.standin.vocabulary import COMMANDS, DIRECT, EVENTS, INTERACTIVE, JSON
from bot.demo.slack.standin.world import World
from tests.redaction import forbid
from tests.timing import TIMEOUT_S

__all__ = [
    "Button",
    "Channel",
    "File",
    "Interaction",
    "Message",
    "RequestRecord",
    "SlackStandIn",
    "User",
    "View",
    "Violation",
    "faults",
]

# Calls a minute of one app in one workspace, for an app that its own workspace made.
TIERS = (
    (("conversations.open", "conversations.join", "conversations.info"), 50),
    (("conversations.history", "conversations.replies"), 50),
    (("chat.update", "chat.delete", "files.delete"), 50),
    (("users.info", "views.open", "views.push", "views.update", "views.publish"), 100),
    (("files.getUploadURLExternal", "files.completeUploadExternal", "files.info"), 100),
    (("chat.postEphemeral",), 100),
)


class SlackStandIn(DemoStandIn):
    """What the demo has, and what else a test does to it. Its secrets may stand in no log."""

    def __init__(self, world: World | None = None) -> None:
        super().__init__(world)
        forbid(self.bot_token, self.app_token, self.signing_secret)

    def deliver(self, interaction: Interaction) -> None:
        forbid(interaction.secret, *_words(interaction.payload))
        super().deliver(interaction)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point a bot process at this stand-in, for Socket Mode or HTTP."""
        shared = {"SLACK_BOT_TOKEN": self.bot_token, "SLACK_API_URL": self.api_url}
        if self.request_url is None:
            return shared | {"SLACK_APP_TOKEN": self.app_token}
        return shared | {"SLACK_SIGNING_SECRET": self.signing_secret}

    def use_http(self, public_url: str) -> None:
        """Deliver to `{public_url}/slack/events` from now on."""
        self.request_url = f"{public_url.rstrip('/')}/slack/events"

    def install(self, manifest: JSON) -> None:
        """Take the app's commands, message shortcuts and scopes from its manifest."""
        features = manifest["features"]
        self.commands = {entry["command"] for entry in features.get("slash_commands", [])}
        shortcuts = features.get("shortcuts", [])
        self.shortcuts = {s["callback_id"] for s in shortcuts if s["type"] == "message"}
        self.scopes = set(manifest["oauth_config"]["scopes"]["bot"])

    def dm_between(self, *users: User) -> Channel:
        """Return direct messages of people among themselves: only a `response_url` reaches them."""
        return self.world.add_channel("", *users, kind=DIRECT)

    def delete_channel(self, channel: Channel) -> None:
        """Let a channel be gone; the API answers `channel_not_found`."""
        del self.world.channels[channel.id]

    async def suggest(
        self,
        user: User,
        place: Message | View,
        name: str,
        typed: str,
        *,
        wait: float = TIMEOUT_S,
    ) -> Interaction:
        """Type into an `external_select`; the options are in the interaction's `answer`."""
        self._check_seen(user, place)
        block, element = find_element(place.blocks, name)
        assert "external" in element["type"], f"{name} asks nobody"
        where = {"action_id": element["action_id"], "block_id": block["block_id"]}
        payload = payloads.suggestion(self.world, user, place, where, typed)
        return await self._interact(user, place, payload, wait=wait)

    async def global_shortcut(
        self, user: User, callback_id: str, *, wait: float = TIMEOUT_S
    ) -> Interaction:
        """Choose a shortcut of the whole workspace, which has no channel."""
        payload = payloads.global_shortcut(self.world, user, callback_id)
        return await self._send(INTERACTIVE, user, payload, wait=wait)

    async def repeat(self, interaction: Interaction, *, wait: float = TIMEOUT_S) -> None:
        """Deliver the same thing again, as Slack does now and then; waits for the delivery."""
        before = interaction.deliveries
        self._courier.start(interaction)
        if wait:
            await self.wait_for(lambda: interaction.deliveries > before, wait, what="a delivery")

    async def forge(
        self,
        interaction: Interaction,
        *,
        secret: str | None = None,
        age_s: float = 0.0,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, str]:
        """POST what a person did with another secret, age or headers; returns the answer."""
        payload = payloads.addressed(interaction, self.world.base_url)
        return await self._courier.post(
            interaction.kind, payload, secret=secret, age_s=age_s, headers=headers
        )

    def acknowledge(self, interaction: Interaction, answer: JSON) -> None:
        """Let an acknowledgement that came in no way of Slack's have its effect."""
        self._courier.take(interaction, answer)

    async def verify_url(self) -> bool:
        """Ask the app to prove its address, as Slack does when it is entered."""
        payload = {"token": "verification-token", "challenge": "3eZbrw", "type": "url_verification"}
        status, text = await self._courier.post(EVENTS, payload)
        return status == HTTPStatus.OK and "3eZbrw" in text

    async def check_certificate(self) -> int:
        """Look whether the app's certificate holds, as Slack does; returns the status."""
        status, _ = await self._courier.post(COMMANDS, {"ssl_check": "1", "token": "none"})
        return status

    async def say_too_many_events(self) -> int:
        """Tell the app that it hears less for a while; returns the status."""
        payload = {"type": "app_rate_limited", "minute_rate_limited": 1518467820}
        status, _ = await self._courier.post(EVENTS, payload)
        return status

    def calls(self, method: str = "*") -> list[RequestRecord]:
        """Return the app's requests, by method."""
        return [r for r in self.requests if method in {"*", r.method}]

    def limit_rate(self, method: str, *, limit: int, per: float) -> None:
        """Answer 429 to more than `limit` calls in `per` seconds (posts: in each channel)."""
        self.rate_limits[method] = RateLimit(limit=limit, per=per)

    def limit_all_rates(self) -> None:
        """Limit every method as Slack publishes it, a post to one a second in each channel."""
        for names, per_minute in TIERS:
            for method in names:
                self.limit_rate(method, limit=per_minute, per=60.0)
        self.limit_rate("chat.postMessage", limit=1, per=1.0)


def _words(payload: JSON) -> Iterator[str]:
    """Yield what somebody wrote; a single word may well stand in a log."""
    written = [payload.get("text")]
    if payload.get("type") == "view_submission":
        fields = payload["view"]["state"]["values"].values()
        written += [state.get("value") for elements in fields for state in elements.values()]
    yield from (text for text in written if isinstance(text, str) and " " in text)
