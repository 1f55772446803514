"""Everything the routes share: the world, the settings a test may turn, and the records."""

import asyncio

from tests.standins.faults import Sleep
from tests.standins.slack.api import RateLimit, RequestRecord, Violation
from tests.standins.slack.faults import Faults
from tests.standins.slack.interactions import Interaction, View
from tests.standins.slack.vocabulary import SCOPES
from tests.standins.slack.world import World
from tests.standins.waiting import Watched
from tests.timing import TIMEOUT_S


class State(Watched):
    """The state of one stand-in. Attributes are meant to be read and turned by tests."""

    def __init__(self, world: World | None = None) -> None:
        super().__init__()
        self.world = world or World()
        self.bot_token = "xoxb-stand-in-bot-token"
        self.app_token = "xapp-1-stand-in-app-token"
        self.signing_secret = "stand-in-signing-secret"
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
        # 3 s would fail tests on a machine that is busy with them.
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
