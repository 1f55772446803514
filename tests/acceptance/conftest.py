"""The whole application between a Discord in memory and the stand-in for the Midjourney API."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import discord
import pytest
import simcord

from bot.app import App
from bot.demo.discord import OfflineDiscord, open_discord
from bot.demo.midjourney import MidjourneyStandIn
from bot.demo.run import demo_settings
from bot.domain.jobs import Mode
from bot.services.requests import ReadRequest, read_request
from bot.wiring import Externals
from tests.haste import PATIENT, UNHURRIED, UNHURRIED_DATABASE
from tests.pictures import small_picture
from tests.redaction import forbid, tags_of
from tests.standins.migrated import migrated_file
from tests.standins.ports import free_port
from tests.standins.postgresql import PostgresServer
from tests.timing import TIMEOUT_S

SECONDS = 0.2  # what a job takes


@dataclass
class Rig:
    """The two worlds outside, and the application when it runs."""

    world: OfflineDiscord
    midjourney: MidjourneyStandIn
    database_url: str
    read: ReadRequest = read_request

    @property
    def ann(self) -> simcord.MemberActor:
        return self.world.people[0]

    @property
    def ben(self) -> simcord.MemberActor:
        return self.world.people[1]

    @asynccontextmanager
    async def running(self, **settings: object) -> AsyncIterator[App]:
        """Run the application; what else than the defaults it shall use is given by name."""
        app = self._app(settings)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(app.run())
            await self.world.bot_arrived.wait()
            try:
                yield app
            finally:
                app.stop()
                await asyncio.wait([running])

    @asynccontextmanager
    async def killed_at_the_end(self, **settings: object) -> AsyncIterator[None]:
        """Run the application and take it away without a chance to tidy up."""
        running = asyncio.create_task(self._app(settings).run())
        await self.world.bot_arrived.wait()
        yield
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running

    def _app(self, settings: Mapping[str, object]) -> App:
        port = free_port()
        own = {"port": port, "public_url": f"http://127.0.0.1:{port}"}
        given = {"database_url": self.database_url, **own, **settings}
        externals = Externals(
            read_request=self.read,
            run_discord=self.world.run_discord,
            timings=PATIENT,
            discord_timings=UNHURRIED,
            database_limits=UNHURRIED_DATABASE,
            typical_times=dict.fromkeys(Mode, timedelta(seconds=SECONDS)),
        )
        return App(demo_settings(self.midjourney, self.world.settings, **given), externals)

    async def imagine(
        self,
        prompt: str = "a red fox",
        *,
        who: simcord.MemberActor | None = None,
        where: simcord.ChannelHandle | None = None,
    ) -> simcord.InteractionResult:
        """Let Ann, or somebody else, type `/imagine`, and wait for the answer."""
        channel = where or self.world.channel
        asked = await (who or self.ann).slash(channel, "imagine", prompt=prompt)
        await self.until(lambda: asked.acknowledged)
        return asked

    def messages(self, where: simcord.ChannelHandle | None = None) -> list["Seen"]:
        """Return what everybody sees in the channel."""
        channel = where or self.world.channel
        return [Seen(message, self.world) for message in channel.history()]

    def cards(self, where: simcord.ChannelHandle | None = None) -> list["Seen"]:
        """Return the result cards."""
        return [message for message in self.messages(where) if "Again" in message.labels]

    async def settled(self, cards: int, where: simcord.ChannelHandle | None = None) -> list["Seen"]:
        """Return the channel's cards once there are so many, and nothing else."""
        await self.until(
            lambda: len(self.cards(where)) == len(self.messages(where)) == cards,
            lambda: [message.text for message in self.messages(where)],
        )
        return self.cards(where)

    def answer_to(self, asked: simcord.InteractionResult) -> "Seen":
        """Return what one person alone sees as the answer to a command."""
        assert asked.response is not None
        assert asked.response.ephemeral
        return Seen(asked.response.message, self.world)

    async def private_card(self, asked: simcord.InteractionResult) -> "Seen":
        """Return the card in the place of the answer, once it is there."""
        await self.until(lambda: "Again" in self.answer_to(asked).labels)
        return self.answer_to(asked)

    async def until(
        self, claim: Callable[[], bool], state: Callable[[], object] = lambda: ""
    ) -> None:
        """Wait until `claim` holds."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                while not claim():  # noqa: ASYNC110 - there is no event for all that tests wait for
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"it never became true: {state()}") from None

    async def running_jobs(self, count: int) -> None:
        """Wait until the store knows that the provider has taken so many jobs."""

        def known() -> int:
            path = self.database_url.removeprefix("sqlite:///")
            with contextlib.closing(sqlite3.connect(path)) as store:
                query = "SELECT count(*) FROM jobs WHERE provider_task_id IS NOT NULL"
                return int(store.execute(query).fetchone()[0])

        await self.until(lambda: known() == count)

    async def quiet(self, seconds: float = 0.5) -> None:
        """Return what should not happen the time to happen."""
        await asyncio.sleep(seconds)

    @property
    def submitted_prompts(self) -> list[object]:
        return [submit.payload["prompt"] for submit in self.midjourney.submits]


@dataclass
class Seen:
    """One message as a person sees it."""

    message: discord.Message
    world: OfflineDiscord

    @property
    def text(self) -> str:
        parts = [c.content for c in self._parts() if isinstance(c, discord.TextDisplay)]
        return "\n".join([self.message.content, *parts]).strip()

    @property
    def labels(self) -> list[str | None]:
        return [c.label for c in self._parts() if isinstance(c, discord.Button)]

    @property
    def images(self) -> list[bytes | None]:
        galleries = [c for c in self._parts() if isinstance(c, discord.MediaGalleryComponent)]
        urls = [item.media.url for gallery in galleries for item in gallery.items]
        return [self.world.env.backend.cdn.get(url) for url in urls]

    def _parts(self) -> Iterator[discord.Component]:
        return _walk(self.message.components)


def _walk(components: Sequence[discord.Component]) -> Iterator[discord.Component]:
    for component in components:
        yield component
        yield from _walk(getattr(component, "children", ()))


def told(result: simcord.InteractionResult) -> str:
    """Return the sentence that only the person who acted sees."""
    assert result.ephemeral
    answers = [result.response, *result.followups]
    return "\n".join(answer.content for answer in answers if answer is not None)


@pytest.fixture
def read() -> ReadRequest:
    """Return what reads the requests; tests with doubts have another."""
    return read_request


@pytest.fixture
async def idle_rig(tmp_path: Path, read: ReadRequest) -> AsyncIterator[Rig]:
    """Return the worlds outside, without the application."""
    async with (
        MidjourneyStandIn(seconds=SECONDS, draw=small_picture) as midjourney,
        open_discord() as world,
    ):
        world.env.settle_timeout = TIMEOUT_S
        yield Rig(world, midjourney, migrated_file(tmp_path / "jobs.db"), read)
        forbid(midjourney.api_key, *tags_of(midjourney))
        world.env.raise_errors()  # what the bot's callbacks have raised


@pytest.fixture
async def rig(idle_rig: Rig) -> AsyncIterator[Rig]:
    """Return the worlds outside with the application running between them."""
    async with idle_rig.running():
        yield idle_rig


@pytest.fixture
def database_address(request: pytest.FixtureRequest) -> str | None:
    """Return the address of a new database of the kind that a test names; None is SQLite's own."""
    if request.param == "sqlite":
        return None
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.new_database()
