"""Everything the routes share: the world, its settings, and the records."""

import asyncio

from bot.demo.chat_faults import Sleep
from bot.demo.slack.standin.api import RateLimit, RequestRecord, Violation
from bot.demo.slack.standin.faults import Faults
from bot.demo.slack.standin.interactions import Interaction, View
from bot.demo.slack.standin.vocabulary import SCOPES
from bot.demo.slack.standin.world import World
from bot.demo.waiting import TIMEOUT_S, Watched


class State(Watched):
    """The state of one stand-in. Its attributes may be read and changed."""

    def __init__(self, world: World | None = None) -> None:
        super().__init__()
        self.world = world or World()
        self.bot_token = "xoxb-stand-in-bot-token"  # noqa: S105 - opens nothing
        self.app_token = "xapp-1-stand-in-app-token"  # noqa: S105
        self.signing_secret = "stand-in-signing-secret"  # noqa: S105
        self.scopes = set(SCOPES)
        # The commands of the app's manifest.
        self.commands = {"/imagine"}
        # The callback ids of its message shortcuts; None: every id.
        self.shortcuts: set[str] | None = None
        self.faults = Faults()
        self.rate_limits: dict[str, RateLimit] = {}
        # Seconds added before every request has its effect.
        self.latency = 0.0
        self.hang: Sleep = asyncio.sleep  # of a request that takes longer
        # How long Slack waits for an acknowledgement, and how long a trigger opens a form. Slack's
        # 3 s would fail on a machine that is busy with something else.
        self.ack_deadline_s = TIMEOUT_S
        self.trigger_lifetime_s = TIMEOUT_S
        # Before an event is delivered again, in seconds.
        self.event_retry_pauses_s: tuple[float, ...] = (0.0, 60.0, 300.0)
        # How often a new file is looked at (by a message, or `files.info`) before it is processed;
        # None: it is not, until `process_files`.
        self.looks_before_processed: int | None = 0
        # Where Slack sends what people do; None: Socket Mode.
        self.request_url: str | None = None
        # Every delivery comes twice.
        self.deliver_twice = False
        self.interactions: list[Interaction] = []
        self.views: dict[str, View] = {}
        # By the id of the person.
        self.homes: dict[str, View] = {}
        self.requests: list[RequestRecord] = []
        self.violations: list[Violation] = []

    def breach(self, method: str, what: str) -> None:
        """Note that the app broke a published rule."""
        self.violations.append(Violation(method, what))

    def process_files(self) -> None:
        """Let all files be processed."""
        for file in self.world.files.values():
            file.looks_left = 0
