"""What stands in a channel while somebody waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.jobs import (
    Failure,
    FailureCode,
    GroupProgress,
    Job,
    JobStatus,
    Mode,
    Variation,
)
from bot.domain.queue import QueuePlace
from bot.domain.texts import msg
from bot.domain.views import Line, Sentences, Style, View, Words
from bot.screens import actions
from bot.screens.facts import variation_text
from bot.screens.placeholder import REMARKS_LIMIT, placeholder_view, progress_view
from bot.services.imagine import Accepted
from tests.shown import actions_of, labels_of, text_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN = "111111111111111111"
JOB = Job(
    id="abcdefghij2345672345",
    source_key="discord:222222222222222222:0",
    origin=Origin(
        person=Person(platform="discord", id=ANN),
        conversation=Conversation(platform="discord", tenant_id="3", id="4"),
    ),
    prompt="a red fox",
    mode=Mode.FAST,
    status=JobStatus.QUEUED,
    created_at=NOW,
    claimable_at=NOW,
)
OF_GROUP = replace(JOB, group_id=JOB.id)
RUNNING = replace(JOB, status=JobStatus.RUNNING)


def accepted(job: Job = JOB, *, jobs: int = 1, ahead: int = 0, in_flight: int = 0) -> Accepted:
    return Accepted(
        jobs=(job,) * jobs,
        place=QueuePlace(ahead=ahead, in_flight=in_flight, slots=10),
        expected_at=NOW + timedelta(minutes=1),
    )


def progress(total: int = 1, **counts: int) -> GroupProgress:
    return GroupProgress(**{"total": total, "finished": 0, "in_flight": 0, **counts})


def names_of(view: View | None) -> list[str]:
    assert view is not None
    return [action.name for action in actions_of(view)]


# ── One job ─────────────────────────────────────────────────────────────────────────────────────


def test_a_queued_job_can_be_cancelled() -> None:
    view = placeholder_view(accepted(ahead=4, in_flight=10))
    assert (labels_of(view), names_of(view)) == (["Cancel"], [actions.CANCEL])
    assert "number 5 in the queue" in text_of(view)


def test_a_job_that_is_drawn_can_be_discarded() -> None:
    view = progress_view(RUNNING, progress(in_flight=1), NOW)
    assert (labels_of(view), names_of(view)) == (["Don't post"], [actions.DISCARD])
    assert str(NOW) in text_of(view)


def test_a_job_whose_submit_is_in_doubt_says_so_and_until_when() -> None:
    in_doubt = replace(JOB, status=JobStatus.UNKNOWN, deadline_at=NOW)
    view = progress_view(in_doubt, progress(in_flight=1))
    assert "may have been charged" in text_of(view)
    assert str(NOW) in text_of(view)
    assert names_of(view) == [actions.DISCARD]


def test_a_job_that_was_sent_back_says_that_it_waits() -> None:
    view = progress_view(replace(JOB, attempt=1), progress(waiting=1))
    assert "no room yet" in text_of(view)
    assert labels_of(view) == ["Cancel"]


def test_a_job_of_which_nobody_said_that_it_waits_says_so_later() -> None:
    view = progress_view(JOB, progress(waiting=1))
    assert "It's waiting its turn, " in text_of(view)
    assert labels_of(view) == ["Cancel"]


def test_a_cancelled_job_says_that_it_was_free() -> None:
    cancelled = replace(JOB, status=JobStatus.CANCELLED)
    view = progress_view(cancelled, progress(finished=1, cancelled=1))
    assert "Cancelled; nothing was charged." in text_of(view)
    assert labels_of(view) == []


def test_a_discarded_job_says_where_it_is_kept() -> None:
    view = progress_view(RUNNING, progress(finished=1, discarded=1))
    assert "/jobs" in text_of(view)
    assert labels_of(view) == []


@pytest.mark.parametrize(
    "doubtful",
    [
        replace(RUNNING, status=JobStatus.UNKNOWN),
        replace(RUNNING, status=JobStatus.FAILED, failure=Failure(code=FailureCode.UNCERTAIN)),
    ],
    ids=["unknown", "failed"],
)
def test_a_discarded_job_in_doubt_is_not_said_to_be_paid(doubtful: Job) -> None:
    said = text_of(progress_view(doubtful, progress(finished=1, discarded=1)))
    assert "it may have been charged" in said
    assert "/jobs" in said


def test_a_result_that_cannot_be_posted_is_said_to_be_kept() -> None:
    done = replace(JOB, status=JobStatus.SUCCEEDED)
    view = progress_view(done, progress(finished=1, undeliverable=1))
    assert "can't post the result here" in text_of(view)


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        (JobStatus.SUBMITTING, {"in_flight": 1}),
        (JobStatus.SUCCEEDED, {}),
        (JobStatus.SUCCEEDED, {"finished": 1}),
        (JobStatus.FAILED, {"finished": 1}),
        (JobStatus.RUNNING, {"finished": 1}),
    ],
)
def test_nothing_is_said_where_a_card_will_say_it(
    status: JobStatus, counts: dict[str, int]
) -> None:
    assert progress_view(replace(JOB, status=status), progress(**counts)) is None


def test_what_was_put_right_is_said_in_small_letters() -> None:
    remarks = tuple(msg("Remark {number}.", number=number) for number in range(3))
    remarked = replace(JOB, remarks=remarks)
    for view in (
        placeholder_view(accepted(remarked)),
        progress_view(replace(remarked, status=JobStatus.RUNNING), progress(in_flight=1)),
    ):
        assert view is not None
        assert Words(Sentences(remarks, REMARKS_LIMIT)) in view.elements


def test_a_variation_says_of_which_picture_and_shows_no_link_of_the_provider() -> None:
    variation = Variation(number=2, message_url="https://chat.example/5")
    varied = replace(JOB, prompt="https://cdn.example/2.png a red fox", variation=variation)
    asked = placeholder_view(accepted(varied)).elements[0]
    assert asked == Words(
        Line("a red fox", Style.QUOTE), Line(variation_text(variation), Style.SMALL)
    )


def test_the_first_answer_says_when_it_will_be_ready_in_the_persons_language() -> None:
    german = replace(JOB, origin=replace(JOB.origin, locale="de"))
    view = placeholder_view(accepted(german))
    assert "a red fox" in text_of(view)
    assert str(NOW + timedelta(minutes=1)) in text_of(view)
    assert view.locale == "de"


@pytest.mark.parametrize(
    ("ahead", "in_flight", "words"),
    [(0, 9, "I'm on it"), (0, 10, "next in the queue"), (4, 10, "number 5 in the queue")],
)
def test_the_first_answer_says_the_place_in_the_queue(
    ahead: int, in_flight: int, words: str
) -> None:
    assert words in text_of(placeholder_view(accepted(ahead=ahead, in_flight=in_flight)))


# ── A group ─────────────────────────────────────────────────────────────────────────────────────


def test_a_group_is_counted() -> None:
    view = progress_view(OF_GROUP, progress(8, finished=3, in_flight=2, waiting=3))
    assert "3 of 8 done, 2 drawing." in text_of(view)
    assert "and 7 more" in text_of(view)
    assert labels_of(view) == ["Cancel"]


def test_a_group_of_which_nothing_waits_can_be_discarded() -> None:
    view = progress_view(OF_GROUP, progress(8, finished=6, in_flight=2))
    assert labels_of(view) == ["Don't post"]


def test_the_doubtful_ones_of_a_group_are_not_said_to_be_drawn() -> None:
    said = text_of(progress_view(OF_GROUP, progress(8, finished=3, in_flight=3, in_doubt=1)))
    assert "3 of 8 done, 2 drawing." in said
    assert "1 in doubt: Midjourney's answer got lost, and it may have been charged." in said
    view = progress_view(OF_GROUP, progress(8, finished=6, in_flight=2, in_doubt=2))
    assert "6 of 8 done." in text_of(view)
    assert "2 in doubt: Midjourney's answers got lost, and they may have" in text_of(view)
    assert labels_of(view) == ["Don't post"]


def test_the_cancelled_ones_of_a_group_are_not_said_to_be_done() -> None:
    view = progress_view(OF_GROUP, progress(8, finished=6, in_flight=2, cancelled=5))
    assert "1 of 8 done, 2 drawing." in text_of(view)
    assert "5 cancelled" in text_of(view)


def test_a_group_that_is_posted_has_nothing_left_to_say() -> None:
    assert progress_view(OF_GROUP, progress(8, finished=8)) is None
    assert progress_view(OF_GROUP, progress(8, finished=8, cancelled=7)) is None


def test_a_group_that_was_cancelled_whole_says_so() -> None:
    view = progress_view(OF_GROUP, progress(8, finished=8, cancelled=8))
    assert "Cancelled; nothing was charged." in text_of(view)


def test_a_group_says_what_could_not_be_posted() -> None:
    view = progress_view(OF_GROUP, progress(8, finished=8, undeliverable=2))
    assert "6 of 8 done." in text_of(view)
    assert "2 couldn't be posted here" in text_of(view)


def test_a_private_group_says_where_its_pictures_come() -> None:
    private = replace(OF_GROUP, is_private=True)
    assert "direct messages" in text_of(placeholder_view(accepted(private, jobs=8)))
