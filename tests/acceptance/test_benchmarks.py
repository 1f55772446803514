"""The benchmarks run; in a small size, that measures nothing."""

import asyncio
import sys

import pytest

from tests.bench.table import TARGETS
from tests.standins.process import ROOT
from tests.timing import TIMEOUT_S


@pytest.mark.slow
async def test_the_benchmarks_print_their_table() -> None:
    groups = [part for name in ("answers", "posting", "slots") for part in ("--only", name)]
    bench = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench", "--quick", *groups),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(bench.communicate(), 2 * TIMEOUT_S)
    assert bench.returncode == 0, output.decode()
    for row in ("answers", "posting", "posting at Slack", "slots", "polls with callbacks"):
        assert TARGETS[row].what in output.decode()
