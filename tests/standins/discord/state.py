"""Everything the routes share: the world, the settings a test may turn, and the records."""

import asyncio

from bot.demo.chat_faults import Sleep
from bot.demo.waiting import Watched
from tests.standins.discord.api import ApiError, Edit, RateLimit, RequestRecord, Violation
from tests.standins.discord.content import Message
from tests.standins.discord.faults import Faults
from tests.standins.discord.gateway import Gateway
from tests.standins.discord.interactions import Interaction
from tests.standins.discord.problems import Problems
from tests.standins.discord.vocabulary import JSON
from tests.standins.discord.world import World
from tests.timing import TIMEOUT_S


class State(Watched):
    """The state of one stand-in. Attributes are meant to be read and turned by tests."""

    def __init__(self, *, token: str, world: World | None = None) -> None:
        super().__init__()
        self.token = token
        self.world = world or World()
        self.gateway = Gateway(self.world, token)
        self.world.emit = self.gateway.emit
        self.faults = Faults()
        self.rate_limits: dict[tuple[str, str], RateLimit] = {}
        # Seconds added before every REST request has its effect.
        self.latency = 0.0
        self.hang: Sleep = asyncio.sleep  # of a request that takes longer
        # The first answer to an interaction must come within this time. Discord's 3 s would fail
        # tests on a machine that is busy with them; a test about lateness sets its own.
        self.answer_deadline_s = TIMEOUT_S
        self.token_lifetime_s = 900.0
        # How long Discord remembers an enforced nonce.
        self.nonce_memory_s = 300.0
        # A status with which the CDN answers instead of the file, such as 404.
        self.cdn_status: int | None = None
        # What the portal says of the application, and how often it may still connect today.
        self.is_public = False
        self.interactions_endpoint_url: str | None = None
        self.sessions_left = 999
        # None: global commands; else by guild id. As registered, with ids.
        self.commands: dict[int | None, list[JSON]] = {None: []}
        # By guild id: what its administrators chose under Integrations.
        self.command_permissions: dict[int | None, list[JSON]] = {}
        self.interactions: dict[int, Interaction] = {}
        self.requests: list[RequestRecord] = []
        self.violations: list[Violation] = []
        self.edits: list[Edit] = []
        self.nonces: dict[str, tuple[Message, float]] = {}

    @property
    def application_id(self) -> int:
        return self.world.bot.id

    def refuse(self, problems: Problems) -> None:
        """Raise 50035 if there are problems.

        Raises:
            ApiError: there are.
        """
        if problems:
            breach = "; ".join(problems.lines())
            raise ApiError(50035, errors=problems.tree(), breach=breach)

    def interaction_of(self, token: str) -> Interaction:
        """Return the interaction of a token that is still good.

        Raises:
            ApiError: unknown, not answered yet, or over.
        """
        for interaction in self.interactions.values():
            if interaction.token == token:
                break
        else:
            raise ApiError(10015)
        age = self.world.now() - interaction.sent_at
        if interaction.token_expired or age > self.token_lifetime_s:
            raise ApiError(50027)
        if interaction.callback_type is None:
            raise ApiError(10015)
        return interaction

    def message_by_nonce(self, nonce: str) -> Message | None:
        """Return the message that was posted with this nonce while it is remembered.

        Raises:
            ApiError: 10008, the message was deleted.
        """
        message, at = self.nonces.get(nonce, (None, 0.0))
        if message is None or self.world.now() - at > self.nonce_memory_s:
            return None
        if message.deleted:
            raise ApiError(10008)
        return message
