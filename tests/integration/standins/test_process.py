"""The process of a program under test: started, frozen, ended and killed."""

import asyncio
from pathlib import Path

import pytest

from tests.standins.forked import ForkedBot
from tests.standins.process import ROOT, BotProcess

AWAY = {"DISCORD_API_URL": "http://127.0.0.1:1/api/v10"}
READY_SERVER = """
import http.server, os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        print("served", self.path)
print("secret" in os.environ, os.environ["DISCORD_TOKEN"])
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Answer).serve_forever()
"""


async def test_a_process_is_awaited_frozen_and_terminated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("secret", "1")
    program = BotProcess(
        {"DISCORD_TOKEN": "t"}, log=tmp_path / "bot.log", command=("-c", READY_SERVER)
    )
    async with program:
        program.stop()
        with pytest.raises(AssertionError, match="not ready"):
            await program.ready(0.1)
        program.cont()
        await program.ready()
        assert await program.terminate() == 0
    assert program.log_lines()[0] == "False t"


async def test_a_process_that_ends_early_shows_its_log(tmp_path: Path) -> None:
    program = BotProcess({}, log=tmp_path / "bot.log", command=("-c", "exit('no token')"))
    with pytest.raises(AssertionError, match=r"ended with 1: .*\nno token"):
        await program.start()


async def test_a_killed_process_can_be_started_again(tmp_path: Path) -> None:
    sleeper = ("-c", "import time; time.sleep(60)")
    program = BotProcess({}, log=tmp_path / "bot.log", command=sleeper)
    await program.start(ready_within=None)
    await program.kill()
    assert program.returncode == -9
    await program.start(ready_within=None)
    assert program.is_running
    await program.kill()


@pytest.mark.parametrize("kind", [BotProcess, ForkedBot])
async def test_a_forked_bot_says_and_returns_what_a_started_one_does(
    tmp_path: Path, kind: type[BotProcess]
) -> None:
    bot = kind({"POLL_INTERVAL": "soon"}, log=tmp_path / "bot.log", cwd=tmp_path)
    bot.environment["PYTHONPATH"] = str(ROOT)
    await bot.start(ready_within=None)
    assert await bot.wait() == 2
    assert len(bot.log_lines()) > 2
    assert all(line.startswith("imagine-bot: ") for line in bot.log_lines())


async def test_a_forked_bot_is_frozen_killed_and_started_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'imagine.db'}"
    environment = {"DISCORD_TOKEN": "t", "MIDJOURNEY_API_KEY": "k", "DATABASE_URL": url}
    bot = ForkedBot(environment | AWAY, log=tmp_path / "bot.log")
    await bot.start(ready_within=None)
    bot.stop()
    await bot.kill()
    assert bot.returncode == -9
    await bot.start(ready_within=None)
    while "listening" not in bot.tail():  # noqa: ASYNC110 - a file has no event
        await asyncio.sleep(0.01)
    assert await bot.terminate() == 0
