"""What lies outside of a process, by port: what the demo and the tests replace."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from bot.clock import SystemClock
from bot.domain.jobs import Mode
from bot.domain.timings import TIMINGS, Timings
from bot.ports.clock import Clock
from bot.ports.images import ImageFetcher
from bot.ports.provider import MidjourneyApi
from bot.web.limits import WEB_LIMITS, WebLimits

if TYPE_CHECKING:  # not every process needs what it is made with, and none before it listens
    import aiohttp

    from bot.platforms.discord import ImagineBot
    from bot.platforms.discord.timings import DiscordTimings
    from bot.platforms.slack.timings import SlackTimings
    from bot.services.imagine import ImagineService
    from bot.services.references import PictureLimits
    from bot.services.requests import ReadRequest
    from bot.store import Database
    from bot.store.limits import DatabaseLimits
    from bot.wiring.chat import MakeChat

T = TypeVar("T")

RunDiscord: TypeAlias = Callable[["ImagineBot", str], Coroutine[Any, Any, None]]


class WrapStore(Protocol):
    """Puts something between a process and one of its stores."""

    def __call__(self, name: str, store: T, /) -> T:
        """Return what stands for `store`; `name` is its field in `Stores`."""


def as_it_is(_name: str, store: T, /) -> T:
    """Put nothing between."""
    return store


@dataclass(frozen=True, slots=True, kw_only=True)
class Externals:
    """The outside of one process; by default the real world. None: the product's own."""

    clock: Clock = field(default_factory=SystemClock)
    owner: str | None = None  # names the process in its leases; None: a random name
    database: "Database | None" = None  # open, and closed by whoever opened it
    database_limits: "DatabaseLimits | None" = None  # of one that is opened
    wrap_store: WrapStore = as_it_is
    wrap_service: "Callable[[ImagineService], ImagineService]" = lambda service: service
    provider: MidjourneyApi | None = None
    images: ImageFetcher | None = None
    clean_picture: Callable[[bytes], Awaitable[bytes]] | None = None  # see `ReferenceService`
    picture_limits: "PictureLimits | None" = None
    read_request: "ReadRequest | None" = None
    # By platform, in place of the real one.
    make_chats: "Mapping[str, MakeChat]" = field(default_factory=dict)
    run_discord: RunDiscord | None = None  # keeps the bot at Discord, with this token
    timings: Timings = TIMINGS
    web_limits: WebLimits = WEB_LIMITS
    discord_timings: "DiscordTimings | None" = None
    slack_timings: "SlackTimings | None" = None
    slack_session: "aiohttp.ClientSession | None" = None  # closed by whoever opened it
    typical_times: Mapping[Mode, timedelta] | None = None  # see `Estimates`
