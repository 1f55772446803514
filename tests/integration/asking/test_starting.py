"""When a job may start: once its person has the placeholder, if that is the answer to them."""

from dataclasses import replace

from bot.clock import SystemClock
from bot.services.imagine import Accepted
from bot.services.receipts import Receipt
from bot.services.requests import Request
from tests.integration.asking.fixtures import NOW, World, command


async def _ask(world: World, *, is_shown_later: bool) -> tuple[Accepted, list[str]]:
    """Ask for a fox, and give what came of it and whether anybody was told that it may start."""
    service, told = await world.service(), list[str]()
    service.on_job_ready = lambda: told.append("ready")
    receipt = Receipt(SystemClock(), is_shown_later=is_shown_later)
    accepted = await service.imagine(Request(prompt="a fox"), replace(command(), receipt=receipt))
    assert isinstance(accepted, Accepted)
    return accepted, told


async def test_a_job_whose_placeholder_the_outbox_sends_may_start_at_once(world: World) -> None:
    accepted, told = await _ask(world, is_shown_later=True)
    assert accepted.job.claimable_at == NOW
    assert told == ["ready"]


async def test_a_job_whose_placeholder_is_the_answer_waits_for_it(world: World) -> None:
    accepted, told = await _ask(world, is_shown_later=False)
    assert accepted.job.claimable_at > NOW
    assert told == []
