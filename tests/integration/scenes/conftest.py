"""The worlds of the scenes: each is played on a chat in memory, at Discord and at Slack."""

from collections.abc import Iterator

import pytest

from tests.integration.scenes.fixtures import played
from tests.simulation.fixtures import Rig, rig_on
from tests.simulation.world import CHATS, World


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with rig_on("sqlite://") as rig:
        yield rig


@pytest.fixture(params=sorted(CHATS))
def chat(request: pytest.FixtureRequest) -> str:
    """Tell which chat the world has."""
    return str(request.param)


@pytest.fixture
def world(rig: Rig, chat: str) -> Iterator[World]:
    """Return a world with one process and a public address."""
    yield from played(World(rig, chat=chat))


@pytest.fixture
def polling_world(rig: Rig, chat: str) -> Iterator[World]:
    """Return a world with one process and no public address."""
    yield from played(World(rig, hooked=False, chat=chat))


@pytest.fixture
def shared_world(rig: Rig, chat: str) -> Iterator[World]:
    """Return a world with two processes on one database, and no public address."""
    yield from played(World(rig, hooked=False, together=True, chat=chat), processes=2)


@pytest.fixture
def two(rig: Rig, chat: str) -> Iterator[World]:
    """Return a world with two processes on one database; the first leads."""
    yield from played(World(rig, together=True, chat=chat), processes=2)
