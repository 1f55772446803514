"""`python -m bot setup` as a person goes through it, at a terminal."""

import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.demo.midjourney import MidjourneyStandIn
from tests.acceptance.running import API_KEY
from tests.pictures import small_picture
from tests.redaction import forbid
from tests.standins.discord import DiscordStandIn
from tests.standins.process import ROOT, BotProcess
from tests.standins.slack import SlackStandIn
from tests.standins.terminal import Terminal


@asynccontextmanager
async def outside() -> AsyncIterator[tuple[DiscordStandIn, MidjourneyStandIn, dict[str, str]]]:
    """Return the services, and the variables with their addresses; nothing else is set."""
    forbid(API_KEY)
    async with (
        DiscordStandIn() as discord,
        MidjourneyStandIn(api_key=API_KEY, seconds=0.2, draw=small_picture) as midjourney,
    ):
        addresses = {
            name: value for name, value in discord.environment.items() if name.endswith("_URL")
        }
        more = {"MIDJOURNEY_API_URL": midjourney.url, "IMAGE_HOSTS": midjourney.url}
        yield discord, midjourney, addresses | more
        assert not list(map(str, discord.violations))


async def test_from_an_empty_folder_to_the_first_picture(tmp_path: Path) -> None:
    async with outside() as (discord, _, addresses):
        discord.guild.bot_is_member = False
        discord.interactions_endpoint_url = "https://other.example"
        async with Terminal("setup", folder=tmp_path, environment=addresses) as terminal:
            await terminal.answers("Where does your team chat?", "")
            await terminal.answers("Bot token (hidden; Enter skips it)", "mistyped")
            await terminal.sees("Discord does not accept DISCORD_TOKEN")
            await terminal.answers("Keep it anyway?", "n")
            await terminal.answers("Bot token", discord.token)
            await terminal.sees("the token belongs to imagine")
            await terminal.sees("so the bot hears none")
            discord.interactions_endpoint_url = None
            await terminal.sees("oauth2/authorize")
            await terminal.sees("Waiting until it appears there")
            discord.guild.bot_is_member = True
            await terminal.answers("May only people in Team use it", "")
            await terminal.answers("API key", API_KEY)
            await terminal.sees("the key is accepted")
            await terminal.answers("Database [sqlite:///imagine.db]", "")
            await terminal.sees("it is empty; the first start makes the tables")
            await terminal.answers("Public address", "")
            await terminal.sees("Wrote DISCORD_TOKEN, ALLOWED_GUILDS, MIDJOURNEY_API_KEY to .env.")
            await terminal.sees("Doctor")
            assert await terminal.ends() == 0, terminal.shown
        assert "✗" not in terminal.shown.rpartition("Doctor")[2]
        assert API_KEY not in terminal.shown
        assert discord.token not in terminal.shown
        file = tmp_path / ".env"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert f"ALLOWED_GUILDS={discord.guild.id}\n" in file.read_text()

        environment = addresses | {"PYTHONPATH": str(ROOT), "POLL_INTERVAL": "0.2"}
        async with BotProcess(environment, log=tmp_path / "bot.log", cwd=tmp_path):
            await discord.slash(discord.ann, discord.channel, "imagine", prompt="a fox")
            await discord.wait_for(lambda: any(m.files for m in discord.channel.messages))


async def test_a_second_run_starts_from_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    async with outside() as (discord, midjourney, addresses):
        before = (
            f"# ours\nDISCORD_TOKEN={discord.token} # of the team\n"
            f"ALLOWED_GUILDS={discord.guild.id}\nMIDJOURNEY_API_KEY=old\n"
            "PUBLIC_URL=https://ann:hunter2@former.example\n"
        )
        file.write_text(before)
        async with Terminal("setup", folder=tmp_path, environment=addresses) as terminal:
            await terminal.answers("Where does your team chat?", "")
            await terminal.answers("Bot token (Enter keeps the present one, - removes it)", "")
            await terminal.sees("Only people in Team may use it.")
            await terminal.answers("API key (Enter keeps the present one, - removes it)", "")
            await terminal.sees("MIDJOURNEY_API_KEY is not accepted")
            await terminal.answers("Keep it anyway?", "n")
            await terminal.answers("API key", API_KEY)
            await terminal.answers("Database", "sqlite://jobs.db")
            await terminal.sees("expected sqlite:///jobs.db (three slashes)")
            await terminal.answers("Database", "sqlite:///jobs\x1b[D.db")
            await terminal.sees("it holds something that is no character")
            await terminal.answers("Database", "sqlite:///jobs.db")
            await terminal.answers(
                "Public address (- removes it) [https://…@former.example]", "bot.example.com"
            )
            await terminal.sees("expected a whole http or https address")
            await terminal.answers("Public address (- removes it)", f"{midjourney.url}/")
            await terminal.sees("leads to another program (HTTP 404)")
            await terminal.answers("Keep it anyway?", "")
            await terminal.answers("Public address (- removes it)", "-")
            assert await terminal.ends() == 0, terminal.shown
        assert "which wins" not in terminal.shown
    assert file.read_text() == (
        before.replace("=old", f"={API_KEY}").replace("https://ann:hunter2@former.example", "")
        + "DATABASE_URL=sqlite:///jobs.db\n"
    )


async def test_a_server_that_was_left_out_stays_so_unless_chosen(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    async with outside() as (discord, _, addresses):
        other = discord.add_guild("Other")
        file.write_text(f"DISCORD_TOKEN={discord.token}\nALLOWED_GUILDS={discord.guild.id}\n")
        for answer, allowed in (("", ""), ("y", f",{other.id}")):
            async with Terminal("setup", folder=tmp_path, environment=addresses) as terminal:
                await terminal.answers("Where does your team chat?", "")
                await terminal.answers("Bot token", "")
                await terminal.sees("Only people in Team may use it.")
                await terminal.answers("May people in Other use it too", answer)
                await terminal.sees("API key")
            assert f"ALLOWED_GUILDS={discord.guild.id}{allowed}\n" in file.read_text()


async def test_slack_alone(tmp_path: Path) -> None:
    async with outside() as (_, _, addresses), SlackStandIn() as slack:
        environment = addresses | {"SLACK_API_URL": slack.api_url}
        async with Terminal("setup", folder=tmp_path, environment=environment) as terminal:
            await terminal.answers("Where does your team chat?", "slack")
            await terminal.sees("https://api.slack.com/apps?new_app=1&manifest_yaml=")
            await terminal.answers("Bot token", slack.app_token)
            await terminal.sees("expected a token that begins with xoxb-")
            await terminal.answers("Bot token", slack.bot_token)
            await terminal.sees("the bot is imagine in Team")
            await terminal.answers("App token", slack.app_token)
            await terminal.sees("Socket Mode can be reached")
            await terminal.answers("API key", API_KEY)
            await terminal.answers("Database", "")
            await terminal.answers("Public address", "")
            assert await terminal.ends() == 0, terminal.shown
        written = f"SLACK_BOT_TOKEN={slack.bot_token}\nSLACK_APP_TOKEN={slack.app_token}\n"
        assert (tmp_path / ".env").read_text().startswith(written)


async def test_slack_by_a_public_address(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_APP_TOKEN=xapp-former\n")
    async with outside() as (_, midjourney, addresses), SlackStandIn() as slack:
        environment = addresses | {"SLACK_API_URL": slack.api_url}
        async with Terminal("setup", folder=tmp_path, environment=environment) as terminal:
            await terminal.answers("Where does your team chat?", "slack")
            await terminal.answers("Bot token", slack.bot_token)
            await terminal.sees("Skip it if Slack shall call your public address instead.")
            await terminal.answers("App token (Enter keeps the present one, - removes it)", "-")
            await terminal.answers("Signing secret", "0123456789abcdef")
            await terminal.answers("API key", API_KEY)
            await terminal.answers("Database", "")
            await terminal.sees("with /slack/events behind it")
            await terminal.answers("Public address", midjourney.url)
            await terminal.answers("Keep it anyway?", "y")
            await terminal.sees(f"Slack sends its requests to {midjourney.url}/slack/events")
            await terminal.ends()
    assert (tmp_path / ".env").read_text().splitlines() == [
        "SLACK_APP_TOKEN=",
        f"SLACK_BOT_TOKEN={slack.bot_token}",
        "SLACK_SIGNING_SECRET=0123456789abcdef",
        f"MIDJOURNEY_API_KEY={API_KEY}",
        f"PUBLIC_URL={midjourney.url}",
    ]


@pytest.mark.parametrize("press", [Terminal.press_ctrl_c, Terminal.press_ctrl_d])
async def test_it_is_taken_up_where_it_was_left(
    tmp_path: Path, press: Callable[[Terminal], None]
) -> None:
    async with outside() as (discord, _, addresses):
        async with Terminal("setup", folder=tmp_path, environment=addresses) as terminal:
            await terminal.answers("Where does your team chat?", "")
            await terminal.answers("Bot token", f' "Bot {discord.token}" ')
            await terminal.answers("May only people in Team use it", "")
            await terminal.is_asked("API key (hidden")
            press(terminal)
            await terminal.sees("Stopped. DISCORD_TOKEN, ALLOWED_GUILDS stay in .env")
            assert await terminal.ends() == 1
        file = tmp_path / ".env"
        assert file.read_text() == (
            f"DISCORD_TOKEN={discord.token}\nALLOWED_GUILDS={discord.guild.id}\n"
        )
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        async with Terminal("setup", folder=tmp_path, environment=addresses) as terminal:
            await terminal.answers("Where does your team chat?", "")
            await terminal.answers("Bot token (Enter keeps the present one", "")
            await terminal.sees("Only people in Team may use it.")
            await terminal.answers("API key (hidden", f"MIDJOURNEY_API_KEY={API_KEY}")
            await terminal.answers("Database", "")
            await terminal.answers("Public address", "")
            assert await terminal.ends() == 0, terminal.shown


async def test_everything_may_be_skipped(tmp_path: Path) -> None:
    async with outside() as (_, _, addresses):
        async with Terminal("setup", folder=tmp_path, environment=addresses) as terminal:
            await terminal.answers("Where does your team chat?", "")
            await terminal.answers("Bot token", "")
            await terminal.answers("API key", "")
            await terminal.answers("Database", "")
            await terminal.answers("Public address", "")
            await terminal.sees("Nothing to change in .env.")
            assert await terminal.ends() == 1
        assert "✗ DISCORD_TOKEN is not set → python -m bot setup" in terminal.shown
        assert not (tmp_path / ".env").exists()


async def test_waiting_for_a_server_can_be_given_up(tmp_path: Path) -> None:
    async with outside() as (discord, _, addresses):
        discord.guild.bot_is_member = False
        async with Terminal("setup", folder=tmp_path, environment=addresses) as terminal:
            await terminal.answers("Where does your team chat?", "")
            await terminal.answers("Bot token", discord.token)
            await terminal.sees("Ctrl+C goes on without")
            terminal.press_ctrl_c()
            await terminal.sees("run setup again when it is there")
            await terminal.sees("API key")


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("heroku", "heroku config:set \\\r\n  DISCORD_TOKEN="),
        ("fly", "fly secrets set \\\r\n  DISCORD_TOKEN="),
        ("railway", "railway variables \\\r\n  --set DISCORD_TOKEN="),
        ("render", "Add from .env"),
    ],
)
async def test_a_hosts_own_commands_are_printed(tmp_path: Path, host: str, said: str) -> None:
    async with outside() as (discord, _, addresses):
        command = ("setup", "--print", host)
        async with Terminal(*command, folder=tmp_path, environment=addresses) as terminal:
            await terminal.answers("Where does your team chat?", "")
            await terminal.answers("Bot token", discord.token)
            await terminal.answers("May only people in Team use it", "y")
            await terminal.answers("API key", API_KEY)
            if host == "heroku":
                await terminal.answers("Public address", "")
            assert await terminal.ends() == 0, terminal.shown
        assert said in terminal.shown
        assert f"MIDJOURNEY_API_KEY={API_KEY}" in terminal.shown
        assert not (tmp_path / ".env").exists()


async def test_without_a_terminal_it_is_one_line(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(ROOT)}
    bot = BotProcess(
        environment, log=tmp_path / "log", cwd=tmp_path, command=("-m", "bot", "setup")
    )
    await bot.start(ready_within=None)
    assert await bot.wait() == 2
    [line] = bot.log_lines()
    assert line.startswith("imagine-bot: setup asks questions and needs a terminal")
