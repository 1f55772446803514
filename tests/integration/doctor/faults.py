"""What may be wrong with an installation, and what doctor says of it."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import reduce
from http import HTTPStatus

from aiohttp import web

from bot.demo.faults import Answer
from bot.demo.slack.standin.faults import refuse
from bot.doctor.findings import Verdict
from bot.web import SelfCallTags
from bot.web.self_call import SelfCallHandler
from tests.integration.doctor.conftest import HOST, Installation
from tests.standins.discord.faults import Garbage, Status
from tests.standins.ports import free_port

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL
LONG_AGO, FAR_OFF = "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z"

Break = Callable[[Installation], object]
Case = tuple[Break, str, Verdict, str, str]  # … group, verdict, words of the text and of the fix


def setting(name: str, value: str | None) -> Break:
    return lambda installation: installation.environment.update({name: value})


def discord_fault(path: str, *actions: object) -> Break:
    return lambda installation: installation.discord.faults.add("GET", path, *actions)


def edit_file(statement: str) -> Break:
    def edit(installation: Installation) -> None:
        connection = sqlite3.connect(installation.folder / "imagine.db")
        with connection:
            connection.execute(statement)
        connection.close()

    return edit


def answers(status: int, text: str = "", **headers: str) -> Break:
    """Let the public address lead to what answers so."""

    async def answer(_request: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=text, headers=named)

    return lambda installation: setattr(installation.public, "answer", answer)


def wrong_secret(installation: Installation) -> None:
    installation.public.answer = SelfCallHandler(SelfCallTags("another secret altogether"))


def old_version(installation: Installation) -> None:
    async def health(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    answers(HTTPStatus.NOT_FOUND)(installation)
    installation.public.health = health


def asleep(installation: Installation) -> None:
    installation.monkeypatch.setattr("bot.web.self_call.SLOW_S", 0.0)


def nobody_listens(installation: Installation) -> None:
    installation.environment["PUBLIC_URL"] = f"https://{HOST}:{free_port()}"


def unencrypted(installation: Installation) -> None:
    installation.environment["PUBLIC_URL"] = f"http://{HOST}:{installation.public.plain_port}"


def typo_in_guild(installation: Installation) -> None:
    id_ = str(installation.discord.guild.id)
    installation.environment["ALLOWED_GUILDS"] = id_[:-1] + str((int(id_[-1]) + 1) % 10)


def mute_in_second_channel(installation: Installation) -> None:
    installation.discord.add_channel("quiet").deny("attach_files", "read_message_history")


def switched_off(channel: str | None) -> Break:
    """Let administrators switch /imagine off in a channel; None: in all channels."""

    def choose(installation: Installation) -> None:
        discord = installation.discord
        ids = {"quiet": discord.add_channel("quiet").id, None: discord.guild.id - 1}
        rule = {"id": str(ids[channel]), "type": 3, "permission": False}
        chosen = discord.command_permissions.setdefault(discord.guild.id, [])
        chosen.append({"id": discord.command("imagine")["id"], "permissions": [rule]})

    return choose


def mute_everywhere(installation: Installation) -> None:
    installation.discord.channel.deny("send_messages")


def account_paused(code: str) -> Break:
    pause = {"failures": 1, "since": LONG_AGO, "until": FAR_OFF}
    window = json.dumps({"account": pause, "account_code": code})
    return edit_file(f"INSERT INTO settings (key, value) VALUES ('submit_window', '{window}')")


def other_commands(installation: Installation) -> None:
    installation.discord.commands[None] = installation.discord.commands[None][:1]


def readable_file(installation: Installation) -> None:
    (installation.folder / "imagine.db").unlink()
    (installation.folder / "imagine.db").mkdir()


def old_commands(installation: Installation) -> None:
    imagine = installation.discord.command("imagine")
    imagine["options"] = [each for each in imagine["options"] if each["name"] != "style"]


def garbage_file(installation: Installation) -> None:
    (installation.folder / "imagine.db").write_bytes(b"no database " * 500)


def rejected_key(installation: Installation) -> None:
    installation.midjourney.api_key = "another one"


def broken_api(installation: Installation) -> None:
    installation.midjourney.faults.statuses.default = Answer(status=503, body=b"down")


def at_slack(break_it: Break) -> Break:
    def break_slack(installation: Installation) -> None:
        installation.use_slack()
        break_it(installation)

    return break_slack


def no_sockets(installation: Installation) -> None:
    installation.slack.faults.add("apps.connections.open", refuse("access_denied"))


def attribute(name: str, value: object) -> Break:
    """Set one of the installation, or of one of its parts: `discord.is_public`."""
    *parts, last = name.split(".")

    def put(installation: Installation) -> None:
        setattr(reduce(getattr, parts, installation), last, value)

    return put


FAULTS: Sequence[Case] = (
    # Settings
    (setting("DISCORD_TOKEN", None), "Settings", FAIL, "DISCORD_TOKEN", "setup"),
    (setting("MIDJOURNEY_API_KEY", None), "Settings", FAIL, "MIDJOURNEY_API_KEY", "setup"),
    (setting("PORT", "eighty"), "Settings", FAIL, "PORT: expected a port", "correct"),
    (setting("ALLOWED_GUILD", "1"), "Settings", FAIL, "did you mean ALLOWED_GUILDS", "correct"),
    (setting("ALLOWED_GUILDS", None), "Settings", WARN, "may spend", "ALLOWED_GUILDS"),
    (setting("WEBHOOK_SECRET", "change-me-change-me"), "Settings", WARN, "guessed", "secrets"),
    (attribute("dotenv", "LOG_LEVEL INFO\n"), "Settings", FAIL, ".env, line 1", "correct"),
    (setting("DATABASE_URL", "sqlite://"), "Settings", WARN, "forgets", "sqlite:///"),
    (
        setting("DISCORD_GATEWAY_URL", "ws://gateway.example.com/"),
        "Settings", WARN, "DISCORD_TOKEN crosses the internet", "wss://",
    ),
    # Clock
    (attribute("clock_off", timedelta(seconds=90)), "Clock", FAIL, " s ahead", "ntp"),
    (attribute("clock_off", timedelta(seconds=-90)), "Clock", FAIL, "s behind", "ntp"),
    (attribute("clock_off", timedelta(seconds=12)), "Clock", WARN, "ahead", "ntp"),
    # Database
    (attribute("disk_free", 0), "Database", FAIL, "disk is full", "free some space"),
    (attribute("disk_free", 10**8), "Database", WARN, "nearly full", "free some space"),
    (
        edit_file("UPDATE alembic_version SET version_num = 'r0000'"),
        "Database", WARN, "older version", "migrate",
    ),
    (
        edit_file("UPDATE alembic_version SET version_num = '0007'"),
        "Database", FAIL, "older than the first release", "empty database",
    ),
    (
        setting("DATABASE_URL", f"sqlite:///{'x' * 300}.db"),
        "Database", FAIL, "cannot be read: File name too long", "DATABASE_URL",
    ),
    (garbage_file, "Database", FAIL, "not a database", "DATABASE_URL"),
    (readable_file, "Database", FAIL, "cannot be read", "DATABASE_URL"),
    (
        setting("DATABASE_URL", "postgres://bot:hunter2hunter2@127.0.0.1:1/jobs"),
        "Database", FAIL, "can't reach PostgreSQL at 127.0.0.1:1", "start the database",
    ),
    # Midjourney
    (rejected_key, "Midjourney", FAIL, "MIDJOURNEY_API_KEY is not accepted", "https://"),
    (broken_api, "Midjourney", FAIL, "HTTP 503", "https://"),
    (account_paused("quota"), "Midjourney", FAIL, "run out of credits", "https://"),
    (
        setting("IMAGE_HOSTS", f"http://127.0.0.1:{free_port()}"),
        "Midjourney", FAIL, "pictures can't be fetched", "IMAGE_HOSTS",
    ),
    # Discord
    (attribute("discord.token", "reset"), "Discord", FAIL, "DISCORD_TOKEN", "reset the token"),
    (attribute("discord.is_public", True), "Discord", WARN, "anybody can add", "Public Bot"),
    (
        attribute("discord.interactions_endpoint_url", "https://other.example"),
        "Discord", FAIL, "hears none", "clear it at https://discord.com/developers",
    ),
    (attribute("discord.sessions_left", 0), "Discord", FAIL, "no session", "tomorrow"),
    (attribute("discord.sessions_left", 9), "Discord", WARN, "only 9 sessions", "log"),
    (attribute("discord.guild.bot_is_member", False), "Discord", FAIL, "in no server", "https://"),
    (typo_in_guild, "Discord", FAIL, "no server with the id", "did you mean"),
    (setting("ALLOWED_GUILDS", "1"), "Discord", FAIL, "no server with the id 1", "invite"),
    (setting("ALLOWED_GUILDS", "1"), "Discord", WARN, "nobody there may use it", "ALLOWED_GUILDS"),
    (other_commands, "Discord", FAIL, "not registered", "python -m bot sync"),
    (old_commands, "Discord", FAIL, "older version, without /imagine style", "python -m bot sync"),
    (
        mute_in_second_channel,
        "Discord", WARN, "#quiet: the bot lacks Attach Files, Read Message History", "Permissions",
    ),
    (
        switched_off("quiet"),
        "Discord", WARN, "/imagine is switched off in #quiet", "Integrations",
    ),
    (switched_off(None), "Discord", FAIL, "switched off in every channel", "Integrations"),
    (mute_everywhere, "Discord", FAIL, "in no channel, it lacks Send Messages", "invite"),
    (
        discord_fault(r"/applications/\d+/guilds/\d+/commands", Status(status=403, code=50001)),
        "Discord", FAIL, "no commands there", "https://",
    ),
    (
        discord_fault("/applications/@me", Garbage(status=502, after_effect=False)),
        "Discord", FAIL, "HTTP 502", "https://discordstatus.com",
    ),
    # Slack
    (
        at_slack(setting("SLACK_BOT_TOKEN", "xapp-1-mixed-up")),
        "Settings", FAIL, "SLACK_BOT_TOKEN: expected", "correct",
    ),
    (
        at_slack(setting("SLACK_APP_TOKEN", None)),
        "Settings", FAIL, "SLACK_APP_TOKEN is not set", "setup",
    ),
    (
        at_slack(attribute("slack.bot_token", "xoxb-other")),
        "Slack", FAIL, "does not accept SLACK_BOT_TOKEN (invalid_auth)", "OAuth & Permissions",
    ),
    (
        at_slack(attribute("slack.app_token", "xapp-other")),
        "Slack", FAIL, "does not accept SLACK_APP_TOKEN (invalid_auth)", "Basic Information",
    ),
    (
        at_slack(lambda installation: installation.slack.scopes.discard("files:write")),
        "Slack", FAIL, "the app may not files:write", "manifest",
    ),
    (at_slack(no_sockets), "Slack", FAIL, "no way in by Socket Mode", "switch Socket Mode on"),
    (
        at_slack(setting("ALLOWED_TEAMS", "T0OTHER")),
        "Slack", FAIL, "leaves out the bot's own workspace", "ALLOWED_TEAMS empty",
    ),
    (
        at_slack(setting("SLACK_API_URL", f"http://127.0.0.1:{free_port()}/api")),
        "Slack", FAIL, "Slack can't be asked: no connection", "https://slack-status.com",
    ),
    # The public address
    (setting("PUBLIC_URL", None), "Public address", WARN, "not set", "PUBLIC_URL"),
    (wrong_secret, "Public address", FAIL, "another WEBHOOK_SECRET", "WEBHOOK_SECRET"),
    (old_version, "Public address", FAIL, "older version", "deploy"),
    (
        setting("PUBLIC_URL", "http://192.168.0.7:8080"),
        "Public address", WARN, "address of a private network", "internet",
    ),
    (answers(200, "<h1>Shop</h1>"), "Public address", FAIL, "another program", "PUBLIC_URL"),
    (answers(404, "Application not found"), "Public address", WARN, "not running", "bot run"),
    (answers(503, Retry_After="5"), "Public address", WARN, "not open yet", "log"),
    (
        answers(301, Location=f"https://www.{HOST}/"),
        "Public address", FAIL, f"redirects to https://www.{HOST}/", "PUBLIC_URL",
    ),
    (asleep, "Public address", WARN, "sleep", "always-on"),
    (nobody_listens, "Public address", WARN, "could not be checked", "phone"),
    (unencrypted, "Public address", WARN, "not encrypted", "https://"),
    (attribute("public.unknown_hosts", {HOST}), "Public address", FAIL, "not exist", "DNS"),
    (attribute("public.trusts", False), "Public address", FAIL, "certificate", "renew"),
)  # fmt: skip
