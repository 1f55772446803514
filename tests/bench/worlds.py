"""What a bot needs around it to be measured: the stand-ins, and the bare bot beside ours."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path

from bot.demo.artist import draw_picture
from tests.acceptance.slack_wire import SlackWire
from tests.acceptance.wire import Wire
from tests.standins.discord import DiscordStandIn, User
from tests.standins.process import BotProcess
from tests.timing import TIMEOUT_S

ENDLESS_S = 86400.0  # for jobs that do not end by themselves
LOOK_EVERY_S = 0.005
CROWD = 100
TINY_PICTURE = draw_picture("fox", 0, long_side=64)
# As an operator has it (the tests log more), but nobody is refused: what is measured is work.
SETTINGS = {
    "LOG_LEVEL": "INFO",
    "DAILY_JOBS_PER_USER": "1000000",
    "MAX_WAITING_PER_USER": "100000",
    "MAX_WAITING": "100000",
}


class BenchWire(Wire):
    """Our bot between the stand-ins. Its logs are too long to be searched for every secret."""

    make_process = BotProcess  # a forked one would start sooner and share memory

    def check(self) -> None:
        """Raise AssertionError if a rule of Discord was broken or a traceback logged."""
        assert [str(violation) for violation in self.discord.violations] == []
        text = self.bot.log.read_text(errors="replace")
        assert "Traceback" not in text, text[text.index("Traceback") - 300 :][:4000]


class BenchSlackWire(SlackWire):
    """Our bot between the stand-ins. Its logs are too long to be searched for every secret."""

    make_process = BotProcess

    def check(self) -> None:
        """Raise AssertionError if a rule of Slack was broken or a traceback logged."""
        assert [str(violation) for violation in self.slack.violations] == []
        assert "Traceback" not in self.bot.log.read_text(errors="replace")


@asynccontextmanager
async def bare_bot(folder: Path) -> AsyncIterator[tuple[DiscordStandIn, BotProcess]]:
    """Run the bare bot before a Discord of its own."""
    async with DiscordStandIn() as discord:
        process = bare_process(folder, discord)
        try:
            await process.start(ready_within=None)
            await usable(discord)
            yield discord, process
        finally:
            await process.kill()


def bare_process(folder: Path, discord: DiscordStandIn) -> BotProcess:
    """Return the bare bot's process, not started."""
    return BotProcess(
        discord.environment,
        log=folder / "bare.log",
        command=("-m", "tests.bench.baselines.bare_bot"),
    )


async def usable(discord: DiscordStandIn) -> None:
    """Wait until a bot is connected and its commands are registered."""
    await discord.wait_for(lambda: discord.commands[None], TIMEOUT_S, what="commands")
    await discord.wait_until_connected(TIMEOUT_S)


@asynccontextmanager
async def listening(process: BotProcess) -> AsyncIterator[BotProcess]:
    """Run a process that serves its port, and nothing that says whether it is ready."""
    try:
        await process.start(ready_within=None)
        await port_bound(process)
        yield process
    finally:
        await process.kill()


async def port_bound(process: BotProcess) -> None:
    """Wait until somebody listens on the process's port."""
    async with asyncio.timeout(TIMEOUT_S):
        while not await _is_open(process.port):  # noqa: ASYNC110 - of another process
            await asyncio.sleep(LOOK_EVERY_S)


async def _is_open(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def people(discord: DiscordStandIn) -> Iterator[User]:
    """Return the members of a crowd in turn, for ever; they stay the same ones."""
    known = [user for user in discord.world.users.values() if user.name.startswith("person ")]
    return cycle(known or [discord.add_user(f"person {number}") for number in range(CROWD)])
