"""A value that no database takes fails the command it came with, and none beside it."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.errors import StoreConflictError, StoreError
from bot.domain.jobs import Mode, NewJob, new_job_id
from tests.integration.store.bench import NOW, Bench

ORIGIN = Origin(
    person=Person(platform="discord", id="1"),
    conversation=Conversation(platform="discord", tenant_id="5", id="7"),
)


def new(prompt: str, number: int, origin: Origin = ORIGIN) -> NewJob:
    key = f"discord:{number}:0"
    return NewJob(id=new_job_id(), source_key=key, origin=origin, prompt=prompt, mode=Mode.FAST)


async def add(bench: Bench, job: NewJob) -> str:
    (stored,), _ = await bench.jobs.add(
        [job], admit=lambda _usage: None, slots=10, now=NOW, claimable_at=NOW
    )
    return stored.prompt


@pytest.mark.parametrize("field", ["prompt", "locale"])
async def test_one_bad_row_fails_alone(bench: Bench, field: str) -> None:
    half = "half a character \ud800"
    bad = new(half, 3) if field == "prompt" else new("a cat", 3, replace(ORIGIN, locale=half))
    jobs = [new("a fox", 1), new("a dog", 2), bad, new("an owl", 4)]
    results = await asyncio.gather(*(add(bench, job) for job in jobs), return_exceptions=True)
    assert [results[0], results[1], results[3]] == ["a fox", "a dog", "an owl"]
    assert isinstance(results[2], Exception)


async def test_a_null_character_fails_alone_where_it_cannot_be_kept(bench: Bench) -> None:
    jobs = [new("a fox", 1), new("a \0 cat", 2), new("an owl", 3)]
    results = await asyncio.gather(*(add(bench, job) for job in jobs), return_exceptions=True)
    assert [results[0], results[2]] == ["a fox", "an owl"]
    assert isinstance(results[1], str | StoreError)  # SQLite keeps it


async def test_a_row_that_is_there_already_fails_alone_and_may_be_repeated(bench: Bench) -> None:
    first = new("a fox", 1)
    jobs = [first, replace(new("a cat", 2), id=first.id), new("an owl", 3)]
    results = await asyncio.gather(*(add(bench, job) for job in jobs), return_exceptions=True)
    assert [results[0], results[2]] == ["a fox", "an owl"]
    assert isinstance(results[1], StoreConflictError)
