"""Scenes in which nobody waits for a loop's next look: the parts of one process wake each other."""

from tests.integration.scenes.fixtures import imagine, the_job
from tests.simulation.world import World


def test_placeholder_is_there_at_once(world: World) -> None:
    imagine(world)
    assert the_job(world).id in world.promised_jobs()


def test_result_is_posted_as_soon_as_the_provider_calls(world: World) -> None:
    imagine(world)
    world.wait(6)
    world.finish(world.provider.running[0], images=4, failure=None)
    world.call_back(world.provider.callbacks[0], world.process)
    assert [job_id for job_id, _ in world.cards()] == [the_job(world).id]
