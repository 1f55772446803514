"""How the databases find what they are asked for: by their indexes, however much there is."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.domain.jobs import TaskReport
from bot.store import SqlReferenceStore, open_database
from bot.store.callbacks import CallbackNote, note_callbacks
from tests.haste import UNHURRIED_DATABASE
from tests.integration.store.bench import LATER, NOW, Bench
from tests.integration.store.plans import plans_of
from tests.pictures import keep_picture
from tests.standins.postgresql import PostgresServer

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_stats_are_read_from_indexes_alone(bench: Bench) -> None:
    plans = await plans_of(bench.database, bench.jobs.queue_stats(slots=10, now=NOW))
    assert len(plans) == 3
    assert all("USING COVERING INDEX" in plan or "USING INDEX" in plan for plan in plans), plans


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_jobs_that_go_on_are_looked_up_together_and_not_changed(bench: Bench) -> None:
    tasks = ["T1", "T2", "T3"]
    for task_id in tasks:
        await bench.running(task_id)
    reports = [TaskReport(task_id=task_id, is_finished=False) for task_id in tasks]
    fence = await bench.jobs.fence()
    recording = bench.jobs.record_poll(fence, reports, next_polls={}, asked_at=NOW, now=NOW)
    (plan,) = [plan for plan in await plans_of(bench.database, recording) if "jobs" in plan]
    assert "uq_jobs_provider_task_id" in plan


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_overdue_jobs_are_looked_for_among_those_in_flight(bench: Bench) -> None:
    failing = bench.jobs.fail_overdue(await bench.jobs.fence(), now=NOW, give_up_before=NOW)
    (plan,) = [plan for plan in await plans_of(bench.database, failing) if "jobs" in plan]
    assert "uq_jobs_slot" in plan


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_callbacks_that_change_jobs_alike_are_written_together(bench: Bench) -> None:
    running = [await bench.running(f"T{number}") for number in range(3)]
    came_at = (NOW + number * SECOND for number in range(3))
    notes = [CallbackNote(job.id, None, at) for job, at in zip(running, came_at, strict=True)]
    made = await plans_of(bench.database, bench.database.run(note_callbacks, notes))
    assert len(made) == 2  # one that reads, and one that writes
    assert not [plan for plan in made if "SCAN" in plan]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_old_jobs_are_found_by_an_index(bench: Bench) -> None:
    dropping = bench.jobs.drop_finished(finished_before=NOW, limit=10)
    (plan,) = await plans_of(bench.database, dropping)
    assert "ix_jobs_finished_at" in plan
    assert "SCAN jobs" not in plan


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_to_be_shown_is_found_by_indexes(bench: Bench) -> None:
    job = await bench.finished("T1")
    due = bench.outbox.due(
        "discord", now=NOW, limit=10, but_keys=["a"], but_conversations=["discord:7"]
    )
    (plan,) = await plans_of(bench.database, due)
    assert "ix_outbox_due_at" in plan
    assert "TEMP B-TREE" not in plan
    entry = await bench.entry_of(job.id)
    plans = await plans_of(bench.database, bench.deliveries.record_posted(entry, now=NOW))
    assert plans
    assert not [plan for plan in plans if "SCAN" in plan], plans


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_pictures_are_counted_without_being_read(bench: Bench) -> None:
    pictures = SqlReferenceStore(bench.database)
    plans = await plans_of(bench.database, keep_picture(pictures, b"png", now=NOW))
    counts = [plan for plan in plans if "reference_images" in plan]
    assert counts
    assert all("COVERING INDEX ix_reference_images_person" in plan for plan in counts), plans
    (plan,) = await plans_of(bench.database, pictures.drop_references(used_before=NOW))
    assert "ix_reference_images_used_at" in plan


async def test_postgresql_does_not_sort_a_queue_that_has_just_grown(
    postgres_server: PostgresServer,
) -> None:
    async with open_database(postgres_server.new_database(), limits=UNHURRIED_DATABASE) as database:
        bench = Bench(database)
        await asyncio.gather(*(bench.add(user=str(number)) for number in range(1000)))
        holding = [job.id for job in await bench.claim(limit=9)]
        fence = await bench.jobs.fence()
        await bench.jobs.open_window(10, now=LATER)
        plan: list[str] = []

        def explain(
            connection: Connection, _: object, sql: str, given: Any, *_rest: object
        ) -> None:
            if sql.startswith("SELECT jobs."):
                plan.extend(connection.exec_driver_sql(f"EXPLAIN {sql}", given).scalars())

        event.listen(database.engine, "before_cursor_execute", explain)
        claim = await bench.jobs.claim(fence, holding=holding, slots=10, hooked=True, now=LATER)
    assert len(claim.jobs) == 1
    assert len([line for line in plan if "Index Scan" in line]) >= 2
    assert not [line for line in plan if "Sort" in line or "Seq Scan" in line]
