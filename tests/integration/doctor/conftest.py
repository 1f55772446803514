"""An installation in which all is well, for tests to break one thing of it."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.config import read_environment
from bot.demo.midjourney import MidjourneyStandIn
from bot.doctor import examine
from bot.doctor.findings import Finding, Group, Verdict
from bot.platforms.discord import our_commands
from bot.store.inspection import DatabaseFacts, inspect_database
from bot.web import SelfCallTags
from bot.web.self_call import SelfCallHandler
from bot.web.signing import SELF_CALL_PATH
from tests.redaction import forbid
from tests.standins.discord import DiscordStandIn
from tests.standins.migrated import migrated_file
from tests.standins.slack import SlackStandIn

HOST = "bot.example.com"
SECRET = "kx3-webhook-that-nobody-may-see"
API_KEY = "key-that-nobody-may-see"
ROOM = 2**40


class PublicWeb:
    """What the internet finds at the public address: this bot, unless a test puts something else.

    Only those who trust its own certificate reach it over TLS.
    """

    def __init__(self, folder: Path) -> None:
        self._certificate, self._key = _certificate(folder)
        self.answer: Any = SelfCallHandler(SelfCallTags(SECRET))
        self.health: Any = _not_found
        self.port = self.plain_port = 0
        self.unknown_hosts: set[str] = set()
        self.trusts = True

    async def start(self, stack: AsyncExitStack) -> None:
        app = web.Application()
        app.router.add_post(SELF_CALL_PATH, self._answer)
        app.router.add_get("/healthz", self._answer_health)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(self._certificate, self._key)
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port, self.plain_port = (address[1] for address in runner.addresses)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        return await self.answer(request)

    async def _answer_health(self, request: web.Request) -> web.StreamResponse:
        return await self.health(request)

    def session(self) -> aiohttp.ClientSession:
        """Return what leads every host name of the world to this machine."""
        tls = ssl.create_default_context()
        if self.trusts:
            tls.load_verify_locations(self._certificate)
        connector = aiohttp.TCPConnector(resolver=_Resolver(self.unknown_hosts), ssl=tls)
        return aiohttp.ClientSession(connector=connector)


class _Resolver(AbstractResolver):
    def __init__(self, unknown: set[str]) -> None:
        self._unknown = unknown

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        if host in self._unknown:
            raise OSError(f"no such host: {host}")
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        """Hold nothing."""


@dataclass(kw_only=True)
class Installation:
    """Everything that doctor looks at."""

    folder: Path
    discord: DiscordStandIn
    slack: SlackStandIn
    midjourney: MidjourneyStandIn
    public: PublicWeb
    monkeypatch: pytest.MonkeyPatch
    clock_off: timedelta = timedelta()
    disk_free: int = ROOM
    environment: dict[str, str | None] = field(default_factory=dict)
    dotenv: str = ""

    def use_slack(self) -> None:
        """Let the bot be at Slack too."""
        self.environment |= self.slack.environment

    async def examine(self, **options: Any) -> list[Group]:
        """Let doctor look, with these settings and this world."""
        for name, value in self.environment.items():
            if value is None:
                self.monkeypatch.delenv(name, raising=False)
            else:
                self.monkeypatch.setenv(name, value)
        file = self.folder / ".env"
        file.write_text(self.dotenv)
        file.chmod(0o600)
        return await examine(
            read_environment(file),
            make_session=self.public.session,
            now=lambda: datetime.now(UTC) + self.clock_off,
            inspect=self._inspect,
            **options,
        )

    async def findings(self) -> dict[str, list[Finding]]:
        """Return what it finds, by group."""
        return {group.title: list(group.findings) for group in await self.examine()}

    def _inspect(self, url: str) -> "asyncio.Future[DatabaseFacts]":
        looking = inspect_database(url, disk_free=lambda _folder: self.disk_free)
        return asyncio.ensure_future(looking)


@pytest.fixture
async def installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Installation]:
    monkeypatch.chdir(tmp_path)
    forbid(SECRET, API_KEY)
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(DiscordStandIn())
        slack = await stack.enter_async_context(SlackStandIn())
        midjourney = await stack.enter_async_context(MidjourneyStandIn(api_key=API_KEY))
        public = PublicWeb(tmp_path)
        await public.start(stack)
        discord.commands[None] = [
            {"id": str(7000 + n), **each} for n, each in enumerate(await our_commands())
        ]
        installation = Installation(
            folder=tmp_path,
            discord=discord,
            slack=slack,
            midjourney=midjourney,
            public=public,
            monkeypatch=monkeypatch,
        )
        installation.environment |= discord.environment | {
            "ALLOWED_GUILDS": str(discord.guild.id),
            "MIDJOURNEY_API_KEY": API_KEY,
            "MIDJOURNEY_API_URL": midjourney.url,
            "IMAGE_HOSTS": midjourney.url,
            "WEBHOOK_SECRET": SECRET,
            "DATABASE_URL": migrated_file(tmp_path / "imagine.db"),
            "PUBLIC_URL": f"https://{HOST}:{public.port}",
        }
        yield installation
        assert not list(map(str, [*discord.violations, *slack.violations]))


async def _not_found(_request: web.Request) -> web.Response:
    return web.Response(status=404)


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
            "-out", str(certificate), "-keyout", str(key),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return certificate, key


def all_well(findings: Sequence[Finding]) -> bool:
    """Whether there is nothing to mend."""
    return all(each.verdict is Verdict.OK for each in findings)
