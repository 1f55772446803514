"""The placeholder goes when the result is there, wherever it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import DeliveryDelayedError
from tests.integration.posting.stage import Stage
from tests.standins.discord import faults
from tests.standins.discord.routes import ONE_MESSAGE


async def test_a_lost_placeholder_is_recovered_and_removed(stage: Stage) -> None:
    stage.job = replace(stage.job, origin=replace(stage.job.origin, placeholder_id=None))
    await stage.deliver()
    assert stage.placeholder.deleted


async def test_a_lost_placeholder_that_is_older_than_its_job_is_recovered(stage: Stage) -> None:
    origin = replace(stage.job.origin, placeholder_id=None)
    stored_at = stage.clock.now() + timedelta(seconds=5)
    stage.job = replace(stage.job, origin=origin, source_key="draft:d:0", created_at=stored_at)
    await stage.deliver()
    assert stage.placeholder.deleted


async def test_a_placeholder_out_of_sight_is_removed_by_token(stage: Stage) -> None:
    stage.d.faults.add("DELETE", ONE_MESSAGE, faults.status(403, 50001))
    await stage.deliver()
    assert stage.placeholder.deleted


async def test_a_placeholder_that_is_gone_already_is_fine(stage: Stage) -> None:
    stage.placeholder.deleted = True
    await stage.deliver()
    assert len(stage.results) == 1


async def test_a_placeholder_whose_removal_failed_is_removed_by_the_next_attempt(
    stage: Stage,
) -> None:
    stage.d.faults.add("DELETE", ONE_MESSAGE, faults.status(503))
    with pytest.raises(DeliveryDelayedError):
        await stage.deliver()
    await stage.deliver([])
    assert len(stage.d.channel.messages) == 1
    assert stage.placeholder.deleted
