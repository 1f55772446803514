"""The worlds of the scenes: each is played on a chat in memory, and at Discord."""

from collections.abc import Iterator

import pytest

from tests.integration.scenes.fixtures import played
from tests.simulation.fixtures import Rig, rig_on
from tests.simulation.world import World


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with rig_on("sqlite://") as rig:
        yield rig


@pytest.fixture(params=[False, True], ids=["memory", "discord"])
def on_discord(request: pytest.FixtureRequest) -> bool:
    """Tell which chat the world has."""
    return bool(request.param)


@pytest.fixture
def world(rig: Rig, on_discord: bool) -> Iterator[World]:
    """Return a world with one process and a public address."""
    yield from played(World(rig, on_discord=on_discord))


@pytest.fixture
def polling_world(rig: Rig, on_discord: bool) -> Iterator[World]:
    """Return a world with one process and no public address."""
    yield from played(World(rig, hooked=False, on_discord=on_discord))


@pytest.fixture
def shared_world(rig: Rig, on_discord: bool) -> Iterator[World]:
    """Return a world with two processes on one database, and no public address."""
    yield from played(World(rig, hooked=False, together=True, on_discord=on_discord), processes=2)


@pytest.fixture
def two(rig: Rig, on_discord: bool) -> Iterator[World]:
    """Return a world with two processes on one database; the first leads."""
    yield from played(World(rig, together=True, on_discord=on_discord), processes=2)
