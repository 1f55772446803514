"""Whatever the database does, at whatever moment: nothing is lost, doubled or paid twice.

PostgreSQL is behind a line that breaks, freezes, trickles and spoils (`tests.standins.line`);
SQLite is locked by another program, full, or read-only.
"""

from pathlib import Path

import pytest

from tests.acceptance.wire import Wire
from tests.standins.inprocess import BotTask
from tests.standins.line import Line
from tests.standins.postgresql import PostgresServer

PROMPT = "a ship in a storm"
SOON = {"POLL_INTERVAL": "0.3"}

# The moments at which a transaction may break, by SQL that only it contains.
MOMENTS = {
    "accept": "INSERT INTO jobs",
    "mark-answered": "answered_at=coalesce",
    "claim": "fence=(jobs.fence +",
    "record-accepted": "SET status=$1::VARCHAR, owner=$2::VARCHAR, lease_until=",
    "note-callback": "hinted_at=$",
    "record-poll": "poll_count=(jobs.poll_count +",
    "claim-delivery": "attempts=(deliveries.attempts +",
    "start-part": "UPDATE deliveries SET parts=",
    "finish-part": "UPDATE deliveries SET channel_id=",
    "record-sent": "finished_at=$",
}


@pytest.mark.parametrize("after", [False, True], ids=["before-commit", "after-commit"])
@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_connection_that_breaks(
    tmp_path: Path, postgres_server: PostgresServer, moment: str, after: bool
) -> None:
    line = Line(postgres_server.new_database())
    async with (
        line.open(),
        Wire.up(
            tmp_path, make_bot=BotTask, database_url=line.url, seconds=0.05, environment=SOON
        ) as wire,
    ):
        cut = line.cut_commit(MOMENTS[moment], after=after)
        await wire.imagine(PROMPT)
        card = await wire.settled(PROMPT, within=12)
        assert cut.struck == 1
        assert card.images == wire.pictures(PROMPT)
        assert wire.submits() == [PROMPT]
