"""What must hold at every moment of a world, and what at its end."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise

from bot.domain.deliveries import Delivery, DeliveryStatus
from bot.domain.jobs import FailureCode, Job, JobStatus
from bot.screens import actions
from tests.simulation.journal import Page
from tests.simulation.process import SLOTS
from tests.simulation.world import World

SECOND = timedelta(seconds=1)
MOST_CARDS = 2
# Failures of which we are certain that nothing was started, so nothing may have been paid.
FREE = frozenset({FailureCode.QUOTA, FailureCode.KEY, FailureCode.REJECTED, FailureCode.EXPIRED})


def check_now(world: World) -> Page:
    """Check what must hold at every moment; give the database as it is."""
    page = world.look()
    problems = [
        *_defects(world),
        *_moves(page),
        *_slots(page),
        *_money(world, page),
        *_cards(world, page),
        *_unwanted(world, page),
        *_callbacks(world),
        *_polls(world, page),
    ]
    _report(world, page, problems)
    return page


def check_the_end(world: World) -> None:
    """Check what must hold when nothing more will happen."""
    page = check_now(world)
    problems = [
        *_unfinished(page),
        *_lost_commands(world, page),
        *_waiting(world, page),
        *_left_standing(world, page),
        *_bills(world, page),
        *(problem for job in page.jobs for problem in _outcome(world, page, job)),
    ]
    _report(world, page, problems)


def is_over(world: World, page: Page) -> bool:
    """Whether nothing more can come of anything."""
    return not any((*_unfinished(page), *_waiting(world, page)))


# ── At every moment ─────────────────────────────────────────────────────────────────────────────


def _defects(world: World) -> Iterable[str]:
    for process in world.processes:
        if process.crash is not None:
            yield f"process {process.number} ended by itself: {process.crash!r}"
        yield from process.border.breaches
    yield from (f"the chat's rules were broken: {each}" for each in world.chat.violations)
    yield from (f"something crashed: {each}" for each in world.crashes())


def _moves(page: Page) -> Iterable[str]:
    yield from (f"not forwards: {move}" for move in page.moves if not move.is_allowed)


def _slots(page: Page) -> Iterable[str]:
    taken = Counter(job.slot for job in page.jobs if job.slot is not None)
    if not set(taken) <= set(range(1, SLOTS + 1)) or any(n > 1 for n in taken.values()):
        yield f"slots are not shared out well: {sorted(taken.elements())}"
    for job in page.jobs:
        if job.status.is_in_flight != (job.slot is not None):
            yield f"{job.id} is {job.status} in slot {job.slot}"


def _money(world: World, page: Page) -> Iterable[str]:
    # One that was said to be the task of another, which is over, has ended before the provider did.
    contested = world.provider.contested
    misled = [each for each in page.jobs if each.provider_task_id in contested]
    ended = {job.prompt for job in misled if job.status.is_final}
    running = [task.prompt for task in world.provider.running if task.prompt not in ended]
    if len(running) > SLOTS:
        yield f"over the cap: {running}"
    known = {job.prompt for job in page.jobs}
    for prompt, times in world.provider.ledger.items():
        if times > 1:
            yield f"{prompt!r} was submitted {times} times"
        if prompt not in known:
            yield f"{prompt!r} was submitted, and no job asked for it"


def _cards(world: World, page: Page) -> Iterable[str]:
    """Every card comes once, and stays until a person removes it.

    One that only its person sees may come to them directly, too; and where history may not be read
    the placeholder becomes the result, though a message may stand there: see `Posting`.
    """
    cards = world.cards()
    placeholders = {job.origin.placeholder_id for job in page.jobs}
    for (job_id, part), messages in cards.items():
        known_of = [
            each
            for each in messages
            if each.id not in world.memory.vanished
            if not (str(each.id) in placeholders and str(each.channel.id) in world.troubles)
        ]
        if sum(not each.ephemeral for each in known_of) > 1 or len(known_of) > MOST_CARDS:
            yield f"card {part} of {job_id} came {len(known_of)} times"
        for message in messages:
            known = world.memory.cards.setdefault(message.id, (job_id, part))
            if known != (job_id, part):
                yield f"the card {known} became another"
            if message.deleted and message.id not in world.memory.removed:
                yield f"the card {known} was removed"
    shown = {message.id for messages in cards.values() for message in messages}
    yield from (
        f"the card {card} was overwritten"
        for message_id, card in world.memory.cards.items()
        if message_id not in shown
    )


def _unwanted(world: World, page: Page) -> Iterable[str]:
    posted = {job_id for job_id, _ in world.cards()}
    for job in page.jobs:
        if job.status is JobStatus.CANCELLED and world.provider.ledger[job.prompt]:
            yield f"{job.id} was cancelled and paid"
        is_unwanted = job.status is JobStatus.CANCELLED or job.is_discarded
        is_posted = job.id in page.deliveries or job.id in posted
        if is_unwanted and is_posted and not _was_told_early(page, job):
            yield f"{job.id} was cancelled or discarded, and posted"


def _callbacks(world: World) -> Iterable[str]:
    for callback, status in world.answers:
        expected = {200, 503} if world.is_genuine(callback) else {404}
        if status not in expected:
            yield f"{callback} was answered with {status}"


def _polls(world: World, page: Page) -> Iterable[str]:
    """However many hints come: no job is polled more than once a second.

    Only the first hint about a job brings a poll at once, if the last one may be older; and a poll
    asks about all jobs.
    """
    deadlines = {job.provider_task_id: job.deadline_at for job in page.jobs}
    for task in world.provider.tasks.values():
        deadline = deadlines.get(task.id)
        early = [
            later - before
            for (one, before), (other, later) in pairwise(task.polled_at)
            if one == other and later - before < SECOND
            if deadline is None or later < deadline
        ]
        if len(early) > len(page.jobs):
            yield f"{task.id} was polled again after {early}"


# ── At the end ──────────────────────────────────────────────────────────────────────────────────


def _unfinished(page: Page) -> Iterable[str]:
    for job in page.jobs:
        if not job.status.is_final:
            yield f"{job.id} is still {job.status}"
        if job.slot is not None:
            yield f"{job.id} still holds slot {job.slot}"
    for delivery in page.deliveries.values():
        if delivery.status not in {DeliveryStatus.POSTED, DeliveryStatus.UNDELIVERABLE}:
            yield f"the delivery of {delivery.job_id} is still {delivery.status}"
    yield from (f"{key} is still to be shown" for key in page.to_show)


def _lost_commands(world: World, page: Page) -> Iterable[str]:
    """Whoever saw a placeholder has a job."""
    known = {job.id for job in page.jobs}
    for job_id in world.promised_jobs():
        if job_id not in known:
            yield f"{job_id} was promised, and does not exist"


def _waiting(world: World, page: Page) -> Iterable[str]:
    """Nobody waits for the answer to a command that became a job, or whose process lives."""
    asked = {job.source_key.rpartition(":")[0] for job in page.jobs}
    was_killed = not all(process.is_alive for process in world.processes)
    for interaction in world.chat.answered:
        message = interaction.response
        if message is None or message not in [*world.thinking(), *world.slow()]:
            continue
        is_job = f"discord:{interaction.id}" in asked
        if (is_job or not was_killed) and message.id not in world.memory.overslept:
            yield f"{message} says that an answer is to come"


def _left_standing(world: World, page: Page) -> Iterable[str]:
    """No placeholder that we can change goes on saying that something is to come."""
    known = {job.origin.placeholder_id for job in page.jobs}
    for press in world.buttons(actions.CANCEL, actions.DISCARD):
        message = press.message
        is_ours = str(message.id) in known and not message.ephemeral
        if is_ours and str(message.channel.id) not in world.troubles:
            yield f"{message} is left standing"


def _bills(world: World, page: Page) -> Iterable[str]:
    for job in page.jobs:
        paid = world.provider.ledger[job.prompt]
        code = job.failure.code if job.failure else None
        if job.status is JobStatus.SUCCEEDED and not paid and not world.has_forgeries:
            yield f"{job.id} succeeded, and was never paid for"
        if job.status is JobStatus.FAILED and code in FREE and paid and not _is_told(world, job):
            yield f"{job.id} failed as {code}, and was paid"
        task = world.provider.tasks.get(job.provider_task_id or "")
        is_missed = task is not None and task.prompt == job.prompt and task.image_urls
        if code is FailureCode.LATE and is_missed and not world.had_status_outage:
            yield f"{job.id} counts as late, and the provider has its pictures"
        is_heard_of = job.id in world.noted and not _is_contested(world, job)
        if is_heard_of and code is FailureCode.UNCERTAIN and job.id in page.deliveries:
            yield f"{job.id} counts as doubtful, and its callback was taken"


def _is_contested(world: World, job: Job) -> bool:
    """Whether another job heard of this one's task as its own."""
    ids = {task.id for task in world.provider.tasks.values() if task.prompt == job.prompt}
    return not ids.isdisjoint(world.provider.contested)


def _is_told(world: World, job: Job) -> bool:
    """Whether the provider itself gave this reason when it ended the task."""
    return any(task.prompt == job.prompt and task.failure for task in world.provider.tasks.values())


def _outcome(world: World, page: Page, job: Job) -> Iterable[str]:
    delivery = page.deliveries.get(job.id)
    if delivery is None:
        if not (job.status is JobStatus.CANCELLED or job.is_discarded):
            yield f"nobody heard of the end of {job.id}"
        return
    if delivery.status is DeliveryStatus.UNDELIVERABLE:
        if not delivery.reason:
            yield f"{job.id} is undeliverable without a reason"
        if not world.refused(job):
            yield f"{job.id} is undeliverable, and nobody refused it: {delivery.reason}"
        return
    yield from _what_was_posted(world, page, job, delivery)


def _was_told_early(page: Page, job: Job) -> bool:
    """Whether the person was told that it is doubtful, while it was not over."""
    delivery = page.deliveries.get(job.id)
    return delivery is not None and (
        job.finished_at is None or any(part.started_at < job.finished_at for part in delivery.parts)
    )


def _what_was_posted(world: World, page: Page, job: Job, delivery: Delivery) -> Iterable[str]:
    cards = world.cards()
    numbers = [part.number for part in delivery.parts]
    seen = sorted(part for job_id, part in cards if job_id == job.id)
    if not seen and not world.refused(job):  # a channel that is gone took its messages along
        yield f"{job.id} counts as posted, and nothing stands there"
    if not set(seen) <= set(numbers):
        yield f"of {job.id} the cards {seen} were posted, and {numbers} are on record"
    shown = sorted(index for part in delivery.parts for index in part.images)
    expected = list(range(len(job.image_urls)))
    if shown != expected and not (_was_told_early(page, job) and not shown):
        yield f"of {job.id} the images {shown} were shown, and there are {len(job.image_urls)}"
    for (job_id, part), (card, *_) in cards.items():
        if job_id == job.id and ("failed" in card.text) == bool(shown):
            yield f"card {part} of {job.id} says: {card.text!r}"


def _report(world: World, page: Page, problems: list[str]) -> None:
    assert not problems, "\n".join([*problems, "", world.story(page)])
