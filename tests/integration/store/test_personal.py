"""What a person keeps, on every kind of database."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.domain.conversations import Conversation, ConversationKind, Origin, Person
from bot.domain.errors import JobGoneError, LimitError, PromptError, UserError
from bot.domain.jobs import JobFilter, JobStatus, Mode, NewJob, new_job_id
from bot.domain.people import Preferences, Preset
from bot.services.personal import MAX_PARAMETERS, MAX_SUFFIX, PersonalService, checked_parameters
from bot.store import (
    Database,
    SqlDeliveryStore,
    SqlDraftStore,
    SqlOutboxStore,
    SqlPersonalStore,
)
from bot.store.personal import MAX_DRAFT_BYTES_OF_ONE, MAX_DRAFTS_OF_ONE
from tests.jobs import JobStores

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ANN, BEN = Person.of("discord:1"), Person.of("discord:2")
POSTER = Preset(name="poster", parameters="--ar 2:3", suffix="bold ink")


@pytest.fixture
def personal(database: Database) -> SqlPersonalStore:
    return SqlPersonalStore(database)


@pytest.fixture
def jobs(database: Database) -> JobStores:
    return JobStores(database)


@pytest.fixture
def service(jobs: JobStores, personal: SqlPersonalStore) -> PersonalService:
    return PersonalService(jobs, personal)


async def add(jobs: JobStores, prompt: str, person: Person = ANN, minute: int = 0) -> str:
    job_id, now = new_job_id(), NOW + minute * MINUTE
    origin = Origin(
        person=person,
        conversation=Conversation(
            platform=person.platform, tenant_id=None, id="9", kind=ConversationKind.DIRECT
        ),
    )
    new = NewJob(
        id=job_id, source_key=f"test:{job_id}:0", origin=origin, prompt=prompt, mode=Mode.FAST
    )
    await jobs.add([new], admit=lambda _: None, slots=10, now=now, claimable_at=now)
    return job_id


async def found(jobs: JobStores, wanted: JobFilter, person: Person = ANN) -> list[str]:
    page = await jobs.page(person, wanted, number=0, size=10)
    return [job.prompt for job in page.jobs]


# ── Presets ─────────────────────────────────────────────────────────────────────────────────────


async def test_presets_come_by_name_whatever_their_case(personal: SqlPersonalStore) -> None:
    for name in ("b", "C", "a"):
        assert await personal.save_preset(ANN, replace(POSTER, name=name), limit=25)
    assert [preset.name for preset in await personal.presets(ANN)] == ["a", "b", "C"]


async def test_presets_belong_to_one_person(personal: SqlPersonalStore) -> None:
    await personal.save_preset(ANN, POSTER, limit=25)
    assert await personal.presets(BEN) == []
    assert not await personal.delete_preset(BEN, "poster")
    assert await personal.presets(ANN) == [POSTER]


@pytest.mark.parametrize(("old", "new"), [("Poster", "pOSTER"), ("FÜCHSE", "füchse")])
async def test_a_name_in_another_case_replaces_a_preset(
    personal: SqlPersonalStore, old: str, new: str
) -> None:
    await personal.save_preset(ANN, replace(POSTER, name=old), limit=25)
    await personal.save_preset(ANN, replace(POSTER, name=new, suffix=""), limit=25)
    assert await personal.presets(ANN) == [replace(POSTER, name=new, suffix="")]


async def test_a_name_in_another_case_deletes_a_preset(personal: SqlPersonalStore) -> None:
    await personal.save_preset(ANN, replace(POSTER, name="FÜCHSE"), limit=25)
    assert await personal.delete_preset(ANN, "füchse")
    assert await personal.presets(ANN) == []


async def test_no_preset_is_saved_beyond_the_limit(personal: SqlPersonalStore) -> None:
    assert await personal.save_preset(ANN, POSTER, limit=1)
    assert not await personal.save_preset(ANN, replace(POSTER, name="banner"), limit=1)
    assert await personal.presets(ANN) == [POSTER]


async def test_a_preset_is_replaced_also_at_the_limit(personal: SqlPersonalStore) -> None:
    await personal.save_preset(ANN, POSTER, limit=1)
    assert await personal.save_preset(ANN, replace(POSTER, suffix=""), limit=1)


async def test_presets_saved_at_once_keep_to_the_limit(personal: SqlPersonalStore) -> None:
    names = [f"p{number}" for number in range(12)]
    saved = await asyncio.gather(
        *(personal.save_preset(ANN, replace(POSTER, name=name), limit=5) for name in names)
    )
    assert sum(saved) == len(await personal.presets(ANN)) == 5


async def test_a_preset_is_tidied_when_saved(service: PersonalService) -> None:
    saved = await service.save_preset(
        ANN, Preset(name="  my\n poster ", parameters="—ar 2:3", suffix=" bold\n ink ")
    )
    assert saved.preset == Preset(name="my poster", parameters="--ar 2:3", suffix="bold ink")
    assert not saved.has_replaced


async def test_saving_says_whether_a_preset_was_replaced(service: PersonalService) -> None:
    await service.save_preset(ANN, POSTER)
    assert (await service.save_preset(ANN, replace(POSTER, name="POSTER"))).has_replaced


@pytest.mark.parametrize(
    "preset",
    [
        replace(POSTER, name=" "),
        replace(POSTER, name="x" * 41),
        replace(POSTER, name="`x`"),
        Preset(name="nothing"),
        replace(POSTER, parameters="words --ar 2:3"),
        replace(POSTER, parameters="--ar 2:0"),
        replace(POSTER, parameters="--no " + "x" * MAX_PARAMETERS),
        replace(POSTER, parameters="--ar 2:3 --repeat 2"),
        replace(POSTER, suffix="ink --ar 2:3"),
        replace(POSTER, suffix="ink --relax"),
        replace(POSTER, suffix="x" * (MAX_SUFFIX + 1)),
    ],
)
async def test_a_preset_that_makes_no_sense_is_refused(
    service: PersonalService, preset: Preset
) -> None:
    with pytest.raises(UserError):
        await service.save_preset(ANN, preset)
    assert await service.presets(ANN) == []


async def test_the_26th_preset_is_refused(service: PersonalService) -> None:
    for number in range(25):
        await service.save_preset(ANN, replace(POSTER, name=f"p{number}"))
    with pytest.raises(LimitError):
        await service.save_preset(ANN, POSTER)


# ── Preferences ─────────────────────────────────────────────────────────────────────────────────

SET = Preferences(
    mode=Mode.RELAXED, parameters="--ar 2:3", wants_dm=True, language="pt-BR", wants_questions=False
)


async def test_who_has_set_nothing_has_the_defaults(personal: SqlPersonalStore) -> None:
    assert await personal.preferences(ANN) == Preferences()


async def test_preferences_are_kept_for_one_person(personal: SqlPersonalStore) -> None:
    await personal.change_preferences(ANN, lambda _: SET)
    assert await personal.preferences(ANN) == SET
    assert await personal.preferences(BEN) == Preferences()


async def test_preferences_are_replaced(personal: SqlPersonalStore) -> None:
    await personal.change_preferences(ANN, lambda _: SET)
    await personal.change_preferences(ANN, lambda _: Preferences())
    assert await personal.preferences(ANN) == Preferences()


async def test_a_change_gives_what_holds_then(personal: SqlPersonalStore) -> None:
    await personal.change_preferences(ANN, lambda _: SET)
    changed = await personal.change_preferences(ANN, partial(replace, language=None))
    assert changed == replace(SET, language=None)
    assert await personal.preferences(ANN) == changed


async def test_changes_at_once_are_all_kept(personal: SqlPersonalStore) -> None:
    changes = (
        partial(replace, mode=Mode.RELAXED),
        partial(replace, parameters="--ar 2:3"),
        partial(replace, wants_dm=True),
        partial(replace, language="pt-BR"),
        partial(replace, wants_questions=False),
    )
    await asyncio.gather(*(personal.change_preferences(ANN, change) for change in changes))
    assert await personal.preferences(ANN) == SET


def test_default_parameters_are_tidied() -> None:
    assert checked_parameters(" —ar 2:3 ") == "--ar 2:3"


@pytest.mark.parametrize(
    "parameters",
    [
        "--ar 2:0", "--relax", "--ar 2:3 --repeat 2", "a fox", "--aspct 2:3", "--upbeta", "--v 8",
        "--tile off", "--sref red", "--sref https://www.midjourney.com/jobs/ab",
    ],
)  # fmt: skip
def test_wrong_default_parameters_are_refused(parameters: str) -> None:
    with pytest.raises(PromptError):
        checked_parameters(parameters)


def test_wrong_parameters_are_shown_as_they_were_typed() -> None:
    with pytest.raises(PromptError) as caught:
        checked_parameters(" --s 5 --ar 2:0 ")
    assert caught.value.place == "--s 5 --ar 2:0\n      ^^^^^^^^"


# ── Drafts ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_draft_is_given_to_its_person_only(database: Database) -> None:
    drafts = SqlDraftStore(database)
    draft_id = await drafts.put_draft(ANN, "a fox", now=NOW)
    assert await drafts.get_draft(draft_id, ANN) == "a fox"
    assert await drafts.get_draft(draft_id, BEN) is None


async def test_a_draft_is_dropped_by_its_person_only(database: Database) -> None:
    drafts = SqlDraftStore(database)
    draft_id = await drafts.put_draft(ANN, "a fox", now=NOW)
    await drafts.drop_draft(draft_id, BEN)
    assert await drafts.get_draft(draft_id, ANN) == "a fox"
    await drafts.drop_draft(draft_id, ANN)
    assert await drafts.get_draft(draft_id, ANN) is None


async def kept(drafts: SqlDraftStore, ids: list[str], person: Person) -> list[str]:
    return [each for each in ids if await drafts.get_draft(each, person) is not None]


async def test_one_person_keeps_their_newest_drafts_and_touches_nobody_elses(
    database: Database,
) -> None:
    drafts = SqlDraftStore(database)
    of_ben = await drafts.put_draft(BEN, "a cat", now=NOW - MINUTE)
    ids = [
        await drafts.put_draft(ANN, "a fox", now=NOW + number * MINUTE)
        for number in range(MAX_DRAFTS_OF_ONE + 3)
    ]
    assert await kept(drafts, ids, ANN) == ids[3:]
    assert await drafts.get_draft(of_ben, BEN) == "a cat"


async def test_what_one_person_keeps_is_bounded_in_bytes(database: Database) -> None:
    drafts = SqlDraftStore(database)
    third = "ü" * (MAX_DRAFT_BYTES_OF_ONE // 6)  # two bytes each
    ids = [await drafts.put_draft(ANN, third, now=NOW + number * MINUTE) for number in range(5)]
    assert await kept(drafts, ids, ANN) == ids[2:]
    large = await drafts.put_draft(ANN, "x" * MAX_DRAFT_BYTES_OF_ONE * 2, now=NOW + 9 * MINUTE)
    assert await kept(drafts, [*ids, large], ANN) == [large]


async def test_old_drafts_are_dropped(database: Database) -> None:
    drafts = SqlDraftStore(database)
    old = await drafts.put_draft(ANN, "old", now=NOW)
    new = await drafts.put_draft(ANN, "new", now=NOW + MINUTE)
    assert await drafts.drop_drafts(created_before=NOW + MINUTE) == 1
    assert await drafts.get_draft(old, ANN) is None
    assert await drafts.get_draft(new, ANN) == "new"


# ── A person's jobs ─────────────────────────────────────────────────────────────────────────────


async def test_pages_are_newest_first_and_count_all(jobs: JobStores) -> None:
    for minute in range(7):
        await add(jobs, f"p{minute}", minute=minute)
    await add(jobs, "somebody else's", BEN)
    page = await jobs.page(ANN, JobFilter(), number=1, size=5)
    assert [job.prompt for job in page.jobs] == ["p1", "p0"]
    assert (page.total, page.pages) == (7, 2)


async def test_a_page_too_far_is_the_last_one(jobs: JobStores) -> None:
    await add(jobs, "a fox")
    assert (await jobs.page(ANN, JobFilter(), number=9999, size=5)).number == 0
    assert (await jobs.page(BEN, JobFilter(), number=9999, size=5)).jobs == ()


async def test_jobs_are_filtered_by_state(jobs: JobStores) -> None:
    cancelled = await add(jobs, "cancelled")
    await add(jobs, "waiting")
    await jobs.cancel(cancelled, now=NOW)
    wanted = JobFilter(statuses=frozenset({JobStatus.CANCELLED}))
    assert await found(jobs, wanted) == ["cancelled"]


@pytest.mark.parametrize("wild", ["%", "_", "\\", "🦊", "'", '"', "\\%"])
async def test_a_search_takes_wild_characters_as_they_are(jobs: JobStores, wild: str) -> None:
    await add(jobs, f"one {wild} two")
    await add(jobs, "nothing of that kind")
    assert await found(jobs, JobFilter(search=f"e {wild} t")) == [f"one {wild} two"]


@pytest.mark.parametrize(("written", "typed"), [("A FOX", "fox"), ("ÄPFEL", "äpfel")])
async def test_a_search_ignores_case(jobs: JobStores, written: str, typed: str) -> None:
    await add(jobs, written)
    assert await found(jobs, JobFilter(search=typed)) == [written]


async def test_a_page_carries_the_deliveries_of_its_jobs(
    database: Database, jobs: JobStores
) -> None:
    job_id = await add(jobs, "a fox")
    await add(jobs, "a cat", minute=1)
    await jobs.expire_queued(await jobs.fence(), created_before=NOW + MINUTE, now=NOW + MINUTE)
    deliveries = SqlDeliveryStore(database)
    (entry,) = await SqlOutboxStore(database).due("discord", now=NOW + MINUTE, limit=10)
    assert await deliveries.record_undeliverable(entry, reason="closed", now=NOW + MINUTE)
    page = await jobs.page(ANN, JobFilter(), number=0, size=5)
    assert set(page.deliveries) == {job_id}
    assert page.deliveries[job_id] == await deliveries.get(job_id)


async def test_a_job_is_given_to_its_person_only(service: PersonalService, jobs: JobStores) -> None:
    job_id = await add(jobs, "a fox")
    job, delivery = await service.job(ANN, job_id)
    assert (job.id, delivery) == (job_id, None)
    for person, wanted in ((BEN, job_id), (ANN, new_job_id())):
        with pytest.raises(JobGoneError):
            await service.job(person, wanted)


async def test_a_new_job_has_its_place_behind_my_own(jobs: JobStores) -> None:
    await add(jobs, "a fox")
    place = await jobs.place(ANN, slots=10)
    assert (place.ahead, place.in_flight, place.slots) == (1, 0, 10)


@pytest.mark.parametrize(
    "parameters", ["--cref https://a.example/b.png", "--sw 5", "--v 9", "--q 2"]
)
def test_default_parameters_may_suit_other_versions(parameters: str) -> None:
    assert checked_parameters(parameters) == parameters
