"""The counters: what moves which, what they are called, and what they never say."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.deliveries import DeliveryStatus
from bot.domain.jobs import Failure, FailureCode, Job, JobStatus, Mode
from bot.domain.queue import QueueStats
from bot.observability.metrics import Metrics

DOCS = Path(__file__).parents[2] / "docs/metrics.md"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PLATFORMS = ("discord", "slack")
JOB = Job(
    id="j" * 20,
    source_key="discord:1:0",
    origin=Origin(
        person=Person(platform="discord", id="999"),
        conversation=Conversation(platform="discord", tenant_id="555", id="777"),
    ),
    prompt="a secret fox",
    mode=Mode.FAST,
    status=JobStatus.SUCCEEDED,
    created_at=NOW,
    claimable_at=NOW,
)
FAILED = replace(JOB, status=JobStatus.FAILED, failure=Failure(code=FailureCode.QUOTA))
STATS = QueueStats(
    by_state={JobStatus.QUEUED: 7, JobStatus.RUNNING: 3},
    oldest_waiting=timedelta(seconds=42),
    slots_in_use=3,
    slots=10,
    deliveries_waiting=2,
)


def samples(metrics: Metrics, stats: QueueStats | None = None) -> dict[str, float]:
    """Return every sample by its name and labels."""
    return {
        sample.name + "".join(f"{{{value}}}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(metrics.render(stats).decode())
        for sample in family.samples
    }


@pytest.mark.parametrize(
    ("note", "name"),
    [
        (lambda m: m.answered("slack", SECOND), "imagine_answer_seconds_count{slack}"),
        (lambda m: m.submitted(SECOND), "imagine_queued_seconds_count"),
        (lambda m: m.job_ended(JOB), "imagine_jobs_ended_total{succeeded}"),
        (lambda m: m.job_ended(FAILED), "imagine_jobs_ended_total{quota}"),
        (lambda m: m.jobs_cancelled(1), "imagine_jobs_ended_total{cancelled}"),
        (lambda m: m.news_came(by_callback=True), "imagine_first_news_total{callback}"),
        (lambda m: m.news_came(by_callback=False), "imagine_first_news_total{poll}"),
        (lambda m: m.result_posted("slack", SECOND), "imagine_post_seconds_count{slack}"),
        (
            lambda m: m.delivery_ended("slack", DeliveryStatus.POSTED),
            "imagine_deliveries_total{posted}{slack}",
        ),
        (lambda m: m.platform_refused("slack", 429), "imagine_platform_refusals_total{slack}{429}"),
        (lambda m: m.taken_over("submit"), "imagine_lease_takeovers_total{submit}"),
        (lambda m: m.loop_lagged(SECOND), "imagine_loop_lag_seconds_count"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_note_moves_its_own_number_and_no_other(
    note: Callable[[Metrics], None], name: str
) -> None:
    metrics = Metrics(PLATFORMS)
    before = samples(metrics)
    assert before[name] == 0
    note(metrics)
    after = samples(metrics)
    counted = {key for key in after if re.search(r"imagine_.*(_total|_count)", key)}
    assert {key for key in counted if after[key] != before[key]} == {name}
    assert after[name] == 1


def test_times_are_measured_in_seconds() -> None:
    metrics = Metrics(PLATFORMS)
    metrics.result_posted("discord", timedelta(milliseconds=1500))
    assert samples(metrics)["imagine_post_seconds_sum{discord}"] == 1.5


def test_a_clock_that_is_behind_measures_nothing_below_zero() -> None:
    metrics = Metrics(PLATFORMS)
    metrics.answered("discord", -SECOND)
    assert samples(metrics)["imagine_answer_seconds_sum{discord}"] == 0


def test_the_queue_is_shown_as_it_is_now() -> None:
    shown = samples(Metrics(PLATFORMS), STATS)
    assert shown["imagine_jobs{queued}"] == 7
    assert shown["imagine_jobs{running}"] == 3
    assert shown["imagine_queue_oldest_seconds"] == 42
    assert (shown["imagine_slots_in_use"], shown["imagine_slots"]) == (3, 10)
    assert shown["imagine_deliveries_waiting"] == 2


def test_a_queue_that_nobody_could_read_is_left_out() -> None:
    metrics = Metrics(PLATFORMS)
    known = samples(metrics, STATS).keys()
    about_the_queue = known - samples(metrics).keys()
    assert {name.partition("{")[0] for name in about_the_queue} == {
        "imagine_jobs",
        "imagine_queue_oldest_seconds",
        "imagine_slots_in_use",
        "imagine_slots",
        "imagine_deliveries_waiting",
    }


def test_no_label_tells_of_a_person_or_a_place() -> None:
    metrics = Metrics(PLATFORMS)
    metrics.job_ended(JOB)
    text = metrics.render(STATS).decode()
    assert set(re.findall(r'(\w+)="', text)) <= {
        "le",
        "outcome",
        "platform",
        "source",
        "status",
        "kind",
        "state",
    }
    labels = "\n".join(re.findall(r'="([^"]*)"', text))  # other numbers may hold any digits
    assert not any(secret in labels for secret in ("555", "777", "999", JOB.id))
    assert "secret" not in text


def test_every_number_is_explained_and_no_other() -> None:
    explained = set(re.findall(r"imagine_\w+", DOCS.read_text()))
    families = text_string_to_metric_families(Metrics(PLATFORMS).render(STATS).decode())
    shown = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in families
        if family.name.startswith("imagine_") and not family.name.endswith("_created")
    }
    assert shown == explained


def test_every_outcome_is_explained() -> None:
    text = DOCS.read_text()
    assert all(f"`{code.value}`" in text for code in FailureCode)
