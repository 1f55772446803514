"""The process of a program under test: started, frozen, ended and killed."""

from pathlib import Path

import pytest

from tests.standins.process import BotProcess

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
