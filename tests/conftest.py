"""What all tests share: real databases, clean logs, and no test skipped where that is a failure."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from bot.store import Database, open_database
from tests.haste import UNHURRIED_DATABASE
from tests.redaction import WATCH, watch_all_logs
from tests.scheduling import OneByOne
from tests.standins.migrated import migrated_file
from tests.standins.ports import release_ports
from tests.standins.postgresql import PostgresServer, find_server_programs

# A busy machine is no reason to fail, and neither is a new example on somebody else's change: each
# run tries the same few. HYPOTHESIS_PROFILE=search looks for others, and for long.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("patient", PATIENT, derandomize=True, max_examples=40)
settings.register_profile("search", PATIENT, print_blob=True, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "patient"))


def pytest_configure() -> None:
    """Log as the product does; until all tests are collected, nothing is garbage."""
    watch_all_logs()
    gc.disable()


def pytest_collection_finish() -> None:
    """Keep what stays to the end out of every search for garbage: it takes a tenth of the time."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Let `OneByOne` say which process gets which tests."""
    return OneByOne(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the acceptance tests evenly: they mostly wait, so that others can run beside them."""
    waiting = [item for item in items if "acceptance" in item.path.parts]
    computing = [item for item in items if "acceptance" not in item.path.parts]
    places = {
        item: place / len(part) for part in (waiting, computing) for place, item in enumerate(part)
    }
    items.sort(key=places.__getitem__)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Iterator[None]:
    """Begin every test with an empty log."""
    WATCH.begin()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Fail a test that logged a secret or somebody's words; by then its fixtures are closed too."""
    yield
    release_ports()
    leaks = WATCH.leaks()
    assert not leaks, "\n".join(leaks)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Count a skipped test as failed when NO_SKIPPED_TESTS is set."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("NO_SKIPPED_TESTS"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but NO_SKIPPED_TESTS is set: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """Return a PostgreSQL server of our own, started for this run."""
    programs = find_server_programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    with PostgresServer.started(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return each kind of database in turn."""
    if request.param == "sqlite":
        yield migrated_file(tmp_path / "jobs.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.lent_database() as address:
        yield address


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Return each kind of database in turn, open and migrated."""
    async with open_database(database_url, limits=UNHURRIED_DATABASE) as database:
        yield database
