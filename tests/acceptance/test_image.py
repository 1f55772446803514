"""The image's steps give a bot that runs as nobody special, on a file system it cannot write to.

Without Docker: `tests.image` says what stands in for what.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.acceptance.wire import Wire
from tests.standins.process import BotProcess

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0 or shutil.which("unshare") is None,
        reason="needs root and unshare",
    ),
]
DATABASE = "sqlite:////data/imagine.db"  # the image's own default


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("image")
    # pytest's folders are their user's alone; the image's user has to pass through.
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)
    made = subprocess.run(
        [sys.executable, "-m", "tests.image", "build", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    return folder


def _in_image(folder: Path, stage: str = "run") -> type[BotProcess]:
    class ContainerProcess(BotProcess):
        def __init__(self, environment: Mapping[str, str], *, log: Path, port: int) -> None:
            command = ("-m", "tests.image", "run", str(folder), stage)
            super().__init__(environment, log=log, port=port, command=command)

    return ContainerProcess


async def test_bot_posts_pictures_as_an_unprivileged_user_and_stops_in_time(
    image: Path, tmp_path: Path
) -> None:
    before = _files_in(image / "run")
    make_bot = _in_image(image)
    async with Wire.up(tmp_path, start=False, database_url=DATABASE, make_bot=make_bot) as wire:
        await wire.start()
        assert _status(wire.bot.pid)["Uid"].split() == ["10001"] * 4
        assert int(_status(wire.bot.pid)["CapEff"], 16) == 0
        await wire.imagine("a fox")
        assert (await wire.settled("a fox")).images == wire.pictures("a fox")
        assert await _is_well(image, wire.bot.port)
        assert await wire.bot.terminate() == 0
    written = _files_in(image / "run") - before
    assert written
    assert {name for name in written if not name.startswith("data/imagine.db")} == set()


async def test_health_check_passes_without_the_role_web_and_fails_for_a_frozen_bot(
    image: Path, tmp_path: Path
) -> None:
    make_bot = _in_image(image)
    async with Wire.up(tmp_path, start=False, database_url=DATABASE, make_bot=make_bot) as wire:
        assert await _is_well(image, wire.bot.port)  # nothing listens
        await wire.bot.start()
        wire.bot.stop()
        assert not await _is_well(image, wire.bot.port)
        wire.bot.cont()


async def test_bot_takes_over_a_volume_that_belongs_to_root(image: Path, tmp_path: Path) -> None:
    data = image / "run" / "data"
    for file in data.iterdir():
        file.unlink()
    shutil.chown(data, 0, 0)
    make_bot = _in_image(image, "on-volume")
    async with Wire.up(tmp_path, start=False, database_url=DATABASE, make_bot=make_bot) as wire:
        await wire.bot.start()
        assert _status(wire.bot.pid)["Uid"].split() == ["10001"] * 4
        assert int(_status(wire.bot.pid)["CapEff"], 16) == 0
        assert await wire.bot.terminate() == 0
    assert (data / "imagine.db").stat().st_uid == 10001


async def _is_well(image: Path, port: int) -> bool:
    check = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.image", "check", str(image),
        env=os.environ | {"PORT": str(port)},
    )  # fmt: skip
    return await check.wait() == 0


def _status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _files_in(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
