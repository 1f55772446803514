"""Questions and their answers, also those given in two places at once."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from bot.domain.errors import JobGoneError, LimitError, UnavailableError
from bot.domain.people import Preferences, Preset
from bot.services.imagine import Accepted
from bot.services.requests import Request
from bot.store import SqlPersonalStore, open_database
from bot.store.submit_window import change_window
from bot.store.tables import drafts, jobs
from tests.doubts import AS_IT_IS, FIXED, TYPO
from tests.haste import UNHURRIED_DATABASE
from tests.integration.asking.fixtures import (
    ANN,
    UPLOAD,
    Chat,
    World,
    _without_quota,
    asked,
    command,
)


async def test_a_question_stores_no_job(world: World) -> None:
    question = await asked(await world.service())
    assert question.order.prompts == (AS_IT_IS,)
    assert question.order.fixed is not None
    assert question.order.fixed.prompts == (FIXED,)
    assert await world.count(jobs) == 0


async def test_answers_that_come_together_are_one(world: World) -> None:
    service = await world.service()
    question = await asked(service, "a {red, blue} fox --aspct 16:9")
    answers = await asyncio.gather(
        *(
            service.confirm(question.draft_id, command(number), is_fixed=number % 2 == 0)
            for number in range(1, 9)
        )
    )
    assert len({answer.job.id for answer in answers}) == 1
    assert await world.count(jobs) == 2


async def test_answers_of_different_size_that_come_together_are_one(world: World) -> None:
    service = await world.service()
    question = await asked(service, "a fox --repet 3")
    answers = await asyncio.gather(
        *(
            service.confirm(question.draft_id, command(number), is_fixed=number % 2 == 0)
            for number in range(1, 9)
        )
    )
    assert len({tuple(job.id for job in answer.jobs) for answer in answers}) == 1
    assert await world.count(jobs) == len(answers[0].jobs)


async def test_an_answer_counts_after_a_restart_and_once(world: World) -> None:
    question = await asked(await world.service())
    first = await (await world.service()).confirm(question.draft_id, command(1), is_fixed=True)
    again = await (await world.service()).confirm(question.draft_id, command(2))
    assert again.job.id == first.job.id
    assert await world.prompts() == [FIXED]


@pytest.mark.parametrize("is_fixed", [False, True])
async def test_an_answer_over_the_limits_starts_nothing_and_offers_edit(
    world: World, is_fixed: bool
) -> None:
    service = await world.service(daily_jobs_per_user=1)
    question = await asked(service, options={"image": UPLOAD})
    await service.imagine(Request(prompt="a cat"), command(1))
    with pytest.raises(LimitError) as caught:
        await service.confirm(question.draft_id, command(2), is_fixed=is_fixed)
    assert caught.value.draft_id == question.draft_id
    assert await world.prompts() == ["a cat"]
    assert world.chat.fetched == []


async def test_a_paused_account_is_told_at_the_answer(world: World) -> None:
    question = await asked(await world.service())
    await world.database.run(change_window, _without_quota)
    with pytest.raises(UnavailableError):
        await (await world.service()).confirm(question.draft_id, command(1))
    assert await world.count(jobs) == 0


async def test_two_processes_make_the_jobs_once(postgres_server: Any) -> None:
    url = postgres_server.new_database()
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(open_database(url, limits=UNHURRIED_DATABASE))
        other = await stack.enter_async_context(open_database(url, limits=UNHURRIED_DATABASE))
        world = World(one, Chat())
        first, second = await world.service(), await world.service(other)
        draft_id = (await asked(first)).draft_id
        answers = await asyncio.gather(
            *(first.confirm(draft_id, command(n), is_fixed=True) for n in range(1, 5)),
            *(second.confirm(draft_id, command(n)) for n in range(5, 9)),
        )
        assert len({answer.job.id for answer in answers}) == 1
        assert await world.count(jobs) == 1


async def test_what_was_shown_is_started_whatever_changed(world: World) -> None:
    personal = SqlPersonalStore(world.database)
    await personal.save_preset(ANN.person, Preset(name="p", suffix="{red, blue}"), limit=9)
    service = await world.service()
    question = await asked(service, "a fox", preset="p")
    await personal.save_preset(ANN.person, Preset(name="p", suffix="{a, b, c, d}"), limit=9)
    await personal.change_preferences(ANN.person, lambda _: Preferences(parameters="--chaos 99"))
    await service.confirm(question.draft_id, command(1))
    assert await world.prompts() == ["a fox red", "a fox blue"]


async def test_a_question_answers_only_who_was_asked(world: World) -> None:
    service = await world.service()
    question = await asked(service)
    with pytest.raises(JobGoneError):
        await service.confirm(question.draft_id, command(1, user_id="2"))
    await service.confirm(question.draft_id, command(1))
    with pytest.raises(JobGoneError):
        await service.confirm(question.draft_id, command(2, user_id="2"))
    assert await world.count(jobs) == 1


async def test_fix_that_was_not_offered_is_refused(world: World) -> None:
    service = await world.service()
    question = await asked(service, "an unclear fox")
    with pytest.raises(JobGoneError):
        await service.confirm(question.draft_id, command(1), is_fixed=True)
    assert await world.count(jobs) == 0


async def test_without_questions_the_remark_comes_with_the_job(world: World) -> None:
    personal = SqlPersonalStore(world.database)
    await personal.change_preferences(ANN.person, lambda _: Preferences(wants_questions=False))
    accepted = await (await world.service()).imagine(Request(prompt=TYPO), command())
    assert isinstance(accepted, Accepted)
    assert "`--aspct`" in str(accepted.job.remarks[0])
    assert await world.count(drafts) == 0
