"""Discord and Slack in one process: one of them that is away stops nothing of the other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.domain.errors import TokenRejectedError
from tests.standins.discord import DiscordStandIn
from tests.standins.inprocess import BotTask
from tests.standins.ports import free_port
from tests.standins.slack import SlackStandIn, faults


@pytest.fixture
async def d() -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn() as standin:
        yield standin


@pytest.fixture
async def s() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as standin:
        yield standin


@asynccontextmanager
async def bot_at(
    d: DiscordStandIn, s: SlackStandIn, folder: Path, **environment: str
) -> AsyncIterator[BotTask]:
    """Run a bot at both, with some of its settings replaced."""
    given = {
        "MIDJOURNEY_API_KEY": "a-key",
        "MIDJOURNEY_API_URL": f"http://127.0.0.1:{free_port()}",
        "DATABASE_URL": f"sqlite:///{folder / 'imagine.db'}",
    }
    settings = d.environment | s.environment | given | environment
    bot = BotTask(settings, log=folder / "bot.log", port=free_port())
    await bot.start()
    try:
        yield bot
    finally:
        await bot.kill()


async def ready_page(bot: BotTask) -> dict[str, str]:
    """Return what `/readyz` says, by the name of each part."""
    async with aiohttp.ClientSession() as session, session.get(f"{bot.url}/readyz") as answer:
        lines = (await answer.text()).splitlines()
    return dict(line.split(": ", 1) for line in lines)


async def until_ready(bot: BotTask, name: str, said: str = "ok") -> dict[str, str]:
    while (page := await ready_page(bot)).get(name) != said:
        assert bot.is_running, bot.tail()
    return page


async def test_one_process_is_at_both(d: DiscordStandIn, s: SlackStandIn, tmp_path: Path) -> None:
    async with bot_at(d, s, tmp_path) as bot:
        await until_ready(bot, "slack")
        page = await until_ready(bot, "discord")
        assert page.keys() >= {"posts:discord", "posts:slack"}
        await s.slash(s.ann, s.channel, "help")
        answer = await d.slash(d.ann, d.channel, "help")
        assert answer.response is not None
        await s.wait_for(lambda: s.channel.seen_by(s.ann))
        await bot.stop()


async def test_slack_that_rejects_the_token_leaves_discord(
    d: DiscordStandIn, s: SlackStandIn, tmp_path: Path
) -> None:
    async with bot_at(d, s, tmp_path, SLACK_BOT_TOKEN="xoxb-wrong") as bot:
        said = "Slack does not accept SLACK_BOT_TOKEN (invalid_auth)."
        await until_ready(bot, "slack token", said)
        page = await until_ready(bot, "discord")
        assert page["slack"] == "not ready"
        assert (await d.slash(d.ann, d.channel, "help")).response is not None
        assert len(s.calls("auth.test")) == 1


async def test_discord_that_rejects_the_token_leaves_slack(
    d: DiscordStandIn, s: SlackStandIn, tmp_path: Path
) -> None:
    async with bot_at(d, s, tmp_path, DISCORD_TOKEN="wrong") as bot:
        await until_ready(bot, "discord token", "Discord does not accept DISCORD_TOKEN.")
        await until_ready(bot, "slack")
        assert (await s.slash(s.ann, s.channel, "help")).failure is None


async def test_process_ends_when_no_platform_is_left(
    d: DiscordStandIn, s: SlackStandIn, tmp_path: Path
) -> None:
    wrong = {"DISCORD_TOKEN": "wrong", "SLACK_APP_TOKEN": "xapp-wrong"}
    with pytest.raises(TokenRejectedError):
        await run_until_it_ends(d, s, tmp_path, **wrong)


async def run_until_it_ends(
    d: DiscordStandIn, s: SlackStandIn, folder: Path, **environment: str
) -> None:
    async with bot_at(d, s, folder, **environment) as bot:
        await s.wait_for(lambda: not bot.is_running)


async def test_slack_that_is_away_leaves_discord(
    d: DiscordStandIn, s: SlackStandIn, tmp_path: Path
) -> None:
    s.faults.add("auth.test", faults.server_error(), times=None)
    async with bot_at(d, s, tmp_path) as bot:
        await until_ready(bot, "discord")
        assert (await d.slash(d.ann, d.channel, "help")).response is not None
        s.faults.clear()
        await until_ready(bot, "slack")
