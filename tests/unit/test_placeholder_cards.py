"""What stands in a channel while somebody waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from bot.domain.conversations import Origin
from bot.domain.jobs import Failure, FailureCode, GroupProgress, Job, JobStatus, Mode
from bot.domain.queue import QueuePlace
from bot.domain.texts import msg
from bot.platforms.discord.cards.custom_ids import CUSTOM_ID, Action
from bot.platforms.discord.cards.placeholder_cards import placeholder, progress_card
from bot.services.imagine import Accepted

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN = "111111111111111111"
JOB = Job(
    id="abcdefghij2345672345",
    source_key="discord:222222222222222222:0",
    origin=Origin(platform="discord", tenant_id="3", channel_id="4", user_id=ANN),
    prompt="a red fox",
    mode=Mode.FAST,
    status=JobStatus.QUEUED,
    created_at=NOW,
    claimable_at=NOW,
)
OF_GROUP = replace(JOB, group_id=JOB.id)
RUNNING = replace(JOB, status=JobStatus.RUNNING)
LONG = ["x" * 4000, "*" * 4000, "<" * 4000, "@everyone " * 400]


def parts_of(view: discord.ui.LayoutView | None) -> list[dict[str, Any]]:
    def walk(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = []
        for component in components:
            found += [component, *walk(component.get("components", []))]
        return found

    assert view is not None
    return walk(view.to_components())


def text_of(view: discord.ui.LayoutView | None) -> str:
    return "\n".join(part["content"] for part in parts_of(view) if part["type"] == 10)


def labels_of(view: discord.ui.LayoutView | None) -> list[str]:
    return [part["label"] for part in parts_of(view) if part["type"] == 2]


def actions_of(view: discord.ui.LayoutView | None) -> list[str]:
    ids = [part["custom_id"] for part in parts_of(view) if part["type"] == 2]
    found = [CUSTOM_ID.fullmatch(custom_id) for custom_id in ids]
    assert all(len(custom_id) <= 100 for custom_id in ids)
    return [match["action"] for match in found if match is not None]


def accepted(job: Job = JOB, *, jobs: int = 1, ahead: int = 0, in_flight: int = 0) -> Accepted:
    return Accepted(
        jobs=(job,) * jobs,
        place=QueuePlace(ahead=ahead, in_flight=in_flight, slots=10),
        expected_at=NOW + timedelta(minutes=1),
        remarks=job.remarks,
    )


def progress(total: int = 1, **counts: int) -> GroupProgress:
    return GroupProgress(**{"total": total, "finished": 0, "in_flight": 0, **counts})


# ── One job ─────────────────────────────────────────────────────────────────────────────────────


def test_a_queued_job_can_be_cancelled() -> None:
    view = placeholder(accepted(ahead=4, in_flight=10))
    assert (labels_of(view), actions_of(view)) == (["Cancel"], [Action.CANCEL])
    assert "number 5 in the queue" in text_of(view)


def test_a_job_that_is_drawn_can_be_discarded() -> None:
    view = progress_card(RUNNING, progress(in_flight=1), NOW)
    assert (labels_of(view), actions_of(view)) == (["Don't post"], [Action.DISCARD])
    assert f"<t:{int(NOW.timestamp())}:R>" in text_of(view)


def test_a_job_whose_submit_is_in_doubt_says_so_and_until_when() -> None:
    in_doubt = replace(JOB, status=JobStatus.UNKNOWN, deadline_at=NOW)
    view = progress_card(in_doubt, progress(in_flight=1))
    assert "may have been charged" in text_of(view)
    assert f"<t:{int(NOW.timestamp())}:R>" in text_of(view)
    assert actions_of(view) == [Action.DISCARD]


def test_a_job_that_was_sent_back_says_that_it_waits() -> None:
    view = progress_card(replace(JOB, attempt=1), progress(waiting=1))
    assert "no room yet" in text_of(view)
    assert labels_of(view) == ["Cancel"]


def test_a_job_of_which_nobody_said_that_it_waits_says_so_later() -> None:
    view = progress_card(JOB, progress(waiting=1))
    assert "It's waiting its turn, " in text_of(view)
    assert labels_of(view) == ["Cancel"]


def test_a_cancelled_job_says_that_it_was_free() -> None:
    cancelled = replace(JOB, status=JobStatus.CANCELLED)
    view = progress_card(cancelled, progress(finished=1, cancelled=1))
    assert "Cancelled; nothing was charged." in text_of(view)
    assert labels_of(view) == []


def test_a_discarded_job_says_where_it_is_kept() -> None:
    view = progress_card(RUNNING, progress(finished=1, discarded=1))
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
    said = text_of(progress_card(doubtful, progress(finished=1, discarded=1)))
    assert "it may have been charged" in said
    assert "/jobs" in said


def test_a_result_that_cannot_be_posted_is_said_to_be_kept() -> None:
    done = replace(JOB, status=JobStatus.SUCCEEDED)
    view = progress_card(done, progress(finished=1, undeliverable=1))
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
    assert progress_card(replace(JOB, status=status), progress(**counts)) is None


def test_what_was_put_right_is_said_in_one_line() -> None:
    remarks = tuple(msg("Remark {number}.", number=number) for number in range(3))
    remarked = replace(JOB, remarks=remarks)
    for view in (
        placeholder(accepted(remarked)),
        progress_card(replace(remarked, status=JobStatus.RUNNING), progress(in_flight=1)),
    ):
        assert text_of(view).splitlines()[-1] == "-# Remark 0. Remark 1. Remark 2."


def test_what_does_not_fit_is_left_out_and_shown_to_be_missing() -> None:
    remarks = tuple(msg("{words}", words=str(number) * 290) for number in range(9))
    said = text_of(placeholder(accepted(replace(JOB, remarks=remarks)))).splitlines()[-1]
    assert said.endswith("2 …")
    assert len(said) <= 1010


@pytest.mark.parametrize("prompt", LONG)
def test_the_longest_placeholder_keeps_discords_limits(prompt: str) -> None:
    remarks = tuple(msg("{words}", words="*" * 4000) for _ in range(20))
    long = replace(OF_GROUP, prompt=prompt, remarks=remarks)
    views = [
        placeholder(accepted(long, jobs=10, ahead=900)),
        progress_card(long, progress(10, finished=9, cancelled=3, discarded=3, undeliverable=3)),
    ]
    for view in views:
        assert len(text_of(view)) <= 4000
        assert len(parts_of(view)) <= 40


# ── A group ─────────────────────────────────────────────────────────────────────────────────────


def test_a_group_is_counted() -> None:
    view = progress_card(OF_GROUP, progress(8, finished=3, in_flight=2, waiting=3))
    assert "3 of 8 done, 2 drawing." in text_of(view)
    assert "and 7 more" in text_of(view)
    assert labels_of(view) == ["Cancel"]


def test_a_group_of_which_nothing_waits_can_be_discarded() -> None:
    view = progress_card(OF_GROUP, progress(8, finished=6, in_flight=2))
    assert labels_of(view) == ["Don't post"]


def test_the_doubtful_ones_of_a_group_are_not_said_to_be_drawn() -> None:
    said = text_of(progress_card(OF_GROUP, progress(8, finished=3, in_flight=3, in_doubt=1)))
    assert "3 of 8 done, 2 drawing." in said
    assert "1 in doubt: Midjourney's answer got lost, and it may have been charged." in said
    view = progress_card(OF_GROUP, progress(8, finished=6, in_flight=2, in_doubt=2))
    assert "6 of 8 done." in text_of(view)
    assert "2 in doubt: Midjourney's answers got lost, and they may have" in text_of(view)
    assert labels_of(view) == ["Don't post"]


def test_the_cancelled_ones_of_a_group_are_not_said_to_be_done() -> None:
    view = progress_card(OF_GROUP, progress(8, finished=6, in_flight=2, cancelled=5))
    assert "1 of 8 done, 2 drawing." in text_of(view)
    assert "5 cancelled" in text_of(view)


def test_a_group_that_is_posted_has_nothing_left_to_say() -> None:
    assert progress_card(OF_GROUP, progress(8, finished=8)) is None
    assert progress_card(OF_GROUP, progress(8, finished=8, cancelled=7)) is None


def test_a_group_that_was_cancelled_whole_says_so() -> None:
    view = progress_card(OF_GROUP, progress(8, finished=8, cancelled=8))
    assert "Cancelled; nothing was charged." in text_of(view)


def test_a_group_says_what_could_not_be_posted() -> None:
    view = progress_card(OF_GROUP, progress(8, finished=8, undeliverable=2))
    assert "6 of 8 done." in text_of(view)
    assert "2 couldn't be posted here" in text_of(view)


def test_a_private_group_says_where_its_pictures_come() -> None:
    private = replace(OF_GROUP, is_private=True)
    assert "direct messages" in text_of(placeholder(accepted(private, jobs=8)))
