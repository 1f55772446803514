"""The placeholder goes when the result is there, wherever it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import DeliveryDelayedError
from tests.integration.posting.fixtures import Rig
from tests.standins.discord import faults
from tests.standins.discord.routes import ONE_MESSAGE


async def test_a_lost_placeholder_is_recovered_and_removed(rig: Rig) -> None:
    rig.job = replace(rig.job, origin=replace(rig.job.origin, placeholder_id=None))
    await rig.deliver()
    assert rig.placeholder.deleted


async def test_a_lost_placeholder_that_is_older_than_its_job_is_recovered(rig: Rig) -> None:
    origin = replace(rig.job.origin, placeholder_id=None)
    stored_at = rig.clock.now() + timedelta(seconds=5)
    rig.job = replace(rig.job, origin=origin, source_key="draft:d:0", created_at=stored_at)
    await rig.deliver()
    assert rig.placeholder.deleted


async def test_a_placeholder_out_of_sight_is_removed_by_token(rig: Rig) -> None:
    rig.d.faults.add("DELETE", ONE_MESSAGE, faults.status(403, 50001))
    await rig.deliver()
    assert rig.placeholder.deleted


async def test_a_placeholder_that_is_gone_already_is_fine(rig: Rig) -> None:
    rig.placeholder.deleted = True
    await rig.deliver()
    assert len(rig.results) == 1


async def test_a_placeholder_whose_removal_failed_is_removed_by_the_next_attempt(
    rig: Rig,
) -> None:
    rig.d.faults.add("DELETE", ONE_MESSAGE, faults.status(503))
    with pytest.raises(DeliveryDelayedError):
        await rig.deliver()
    await rig.deliver([])
    assert len(rig.d.channel.messages) == 1
    assert rig.placeholder.deleted
