"""The answer to a status call: what became of each task."""

import pytest

from bot.domain.errors import (
    StatusUnavailableError,
)
from bot.domain.jobs import Failure, FailureCode, TaskReport
from bot.midjourney.protocol import (
    MAX_DETAIL_LENGTH,
    MAX_IMAGES,
    read_status,
)
from tests.unit.midjourney.bodies import BROKEN_BODIES, TASK, URLS, body


def one_report(item: dict[str, object]) -> TaskReport:
    (report,) = read_status(200, body({"status": 0, "data": [{"taskId": TASK, **item}]}))
    return report


@pytest.mark.parametrize("envelope", [{"status": 0}, {"status": "0"}, {}, {"status": None}])
def test_a_status_answer_gives_a_report_for_each_task(envelope: dict[str, object]) -> None:
    items = [
        {"taskId": "a", "status": 0},
        {"taskId": "b", "status": 1, "images": list(URLS)},
        {"taskId": "c", "status": 2, "failReason": "Job Timeout"},
    ]
    assert read_status(200, body({**envelope, "data": items})) == [
        TaskReport(task_id="a", is_finished=False),
        TaskReport(task_id="b", is_finished=True, image_urls=URLS),
        TaskReport(
            task_id="c",
            is_finished=True,
            failure=Failure(code=FailureCode.PROVIDER, detail="Job Timeout"),
        ),
    ]


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 0, "data": {"taskId": TASK, "status": 1, "image": URLS[0]}},
        {"data": [{"taskId": TASK, "status": "1", "image": URLS[0]}]},
    ],
)
def test_a_status_answer_may_have_another_envelope(answer: object) -> None:
    assert read_status(200, body(answer)) == [
        TaskReport(task_id=TASK, is_finished=True, image_urls=URLS[:1])
    ]


@pytest.mark.parametrize("data", [None, "", [], {}, "nothing", 0])
def test_a_status_answer_without_items_reports_nothing(data: object) -> None:
    assert read_status(200, body({"status": 0, "data": data})) == []


@pytest.mark.parametrize(
    "item", [None, 1, "x", [], {}, {"status": 1}, {"taskId": None}, {"taskId": "a b"}]
)
def test_an_item_that_names_no_task_is_left_out(item: object) -> None:
    items = [item, {"taskId": TASK, "status": 0}]
    assert [r.task_id for r in read_status(200, body({"data": items}))] == [TASK]


def test_a_task_that_is_named_twice_is_reported_once_as_finished() -> None:
    running, done = {"taskId": TASK, "status": 0}, {"taskId": TASK, "status": 1, "image": URLS[0]}
    failed = {"taskId": TASK, "status": 2}
    for items in ([running, done, running], [done, failed], [done, running]):
        (report,) = read_status(200, body({"data": items}))
        assert report.image_urls == URLS[:1]


@pytest.mark.parametrize("name", sorted(BROKEN_BODIES.keys() - {"half a surrogate"}))
def test_an_unreadable_status_answer_is_no_answer(name: str) -> None:
    with pytest.raises(StatusUnavailableError):
        read_status(200, BROKEN_BODIES[name])


@pytest.mark.parametrize("status", [302, 400, 401, 404, 408, 429, 500, 503])
def test_an_http_error_is_no_status_answer(status: int) -> None:
    with pytest.raises(StatusUnavailableError, match=f"^HTTP {status}$"):
        read_status(status, body({"status": 0, "message": "busy", "data": []}))


@pytest.mark.parametrize("answer", [{"status": 1001, "data": []}, {"status": 0}, {}, "x"])
def test_a_refusal_or_an_empty_envelope_is_no_status_answer(answer: object) -> None:
    with pytest.raises(StatusUnavailableError):
        read_status(200, body(answer))


@pytest.mark.parametrize("status", [0, "0", 3, -1, None, "", "done", True, [], 1.5, 10**300])
def test_a_task_in_any_other_state_is_still_running(status: object) -> None:
    assert not one_report({"status": status, "images": list(URLS)}).is_finished


@pytest.mark.parametrize("status", [1, "1", 1.0])
def test_success_may_be_a_number_or_its_digits(status: object) -> None:
    assert one_report({"status": status, "images": list(URLS)}).image_urls == URLS


@pytest.mark.parametrize("empty", [None, "", [], {}, [None], [""], ["not a url"]])
def test_the_single_image_counts_only_where_images_has_none(empty: object) -> None:
    assert one_report({"status": 1, "images": empty, "image": URLS[3]}).image_urls == URLS[3:]
    assert one_report({"status": 1, "image": empty, "images": list(URLS)}).image_urls == URLS


def test_images_win_over_the_single_image() -> None:
    report = one_report({"status": 1, "image": "https://x.example/g.png", "images": list(URLS)})
    assert report.image_urls == URLS


@pytest.mark.parametrize(
    "images",
    [
        list(URLS),
        [URLS[0], *URLS, URLS[2]],
        [None, {}, {"url": None}, 5, [URLS[3]], *URLS],
    ],
)
def test_images_come_in_many_forms_and_each_counts_once(images: object) -> None:
    assert one_report({"status": 1, "images": images}).image_urls == URLS


def test_images_may_be_a_single_one() -> None:
    assert one_report({"status": 1, "images": URLS[0]}).image_urls == URLS[:1]


def test_no_more_than_24_images_are_taken() -> None:
    many = [f"https://cdn.midjourney.com/f/{n}.png" for n in range(1000)]
    assert one_report({"status": 1, "images": many}).image_urls == tuple(many[:MAX_IMAGES])


@pytest.mark.parametrize(
    "url",
    [
        "ftp://cdn.midjourney.com/a.png",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//cdn.midjourney.com/a.png",
        "https://",
        "https:///a.png",
        "https://user@evil.example/a.png",
        "https://evil.example\\@cdn.midjourney.com/a.png",
        "https://cdn.midjourney.com/a b.png",
        "https://cdn.midjourney.com/a\n.png",
        "https://cdn.midjourney.com/\u202e.png",
        "https://cdn.midjourney.com/\ud800.png",
        "https://[::1/a.png",
        "https://host:99999/a.png",
        "https://host:port/a.png",
        "https://host:0/a.png",
        "https://cdn.midjourney.com/" + "a" * 2048,
    ],
)
def test_an_image_needs_a_plain_web_address(url: str) -> None:
    report = one_report({"status": 1, "images": [url]})
    assert report.failure == Failure(code=FailureCode.NO_IMAGES)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9001/0_0.png", "HTTPS://CDN.example/ä.png?x=1&y=[2]#z"]
)
def test_other_hosts_ports_and_letters_are_the_downloaders_to_judge(url: str) -> None:
    assert one_report({"status": 1, "images": [url]}).image_urls == (url,)


@pytest.mark.parametrize("fields", [{}, {"image": None, "images": []}, {"image": "", "images": ""}])
def test_success_without_images_is_a_failure(fields: dict[str, object]) -> None:
    report = one_report({"status": 1, **fields})
    assert report.is_finished
    assert report.failure == Failure(code=FailureCode.NO_IMAGES)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("Banned prompt detected: blood", FailureCode.PROMPT),
        ("IMAGE DENIED", FailureCode.PROMPT),
        ("blocked by our image filters", FailureCode.PROMPT),
        ("Invalid parameter `--zoom`", FailureCode.PROMPT),
        ("Invalid prompt", FailureCode.PROMPT),
        ("Invalid User ID or Personalize Code: ``123123``", FailureCode.PROMPT),
        ("Action needed to continue", FailureCode.PROMPT),
        ("invalid LINK", FailureCode.LINK),
        ("Job Timeout", FailureCode.PROVIDER),
        ("Failed to process your command", FailureCode.PROVIDER),
        ("Internal error", FailureCode.PROVIDER),
        ("system exception", FailureCode.PROVIDER),
        ("Queue full", FailureCode.PROVIDER),
        ("Subscription required", FailureCode.OPERATOR),
        ("Credits exhausted", FailureCode.OPERATOR),
        ("Blocked", FailureCode.OPERATOR),
        ("Plan Cancelled", FailureCode.OPERATOR),
        ("Pending mod message", FailureCode.OPERATOR),
        ("Unknown Integration", FailureCode.OPERATOR),
        ("The stars are not right", FailureCode.REJECTED),
    ],
)
def test_a_failure_says_who_can_act(reason: str, code: FailureCode) -> None:
    report = one_report({"status": 2, "failReason": reason, "images": list(URLS)})
    assert report.failure == Failure(code=code, detail=reason)
    assert report.image_urls == ()


@pytest.mark.parametrize("reason", [None, "", "\x00\n", 7, ["x"]])
def test_a_failure_without_a_reason_is_the_providers(reason: object) -> None:
    report = one_report({"status": "2", "failReason": reason})
    assert report.failure == Failure(code=FailureCode.PROVIDER)


def test_a_failures_reason_is_made_fit_for_one_line() -> None:
    report = one_report({"status": 2, "failReason": "\x1b[31mNo\u202e\r\n  way" + "!" * 999})
    assert report.failure is not None
    assert report.failure.detail is not None
    assert report.failure.detail.startswith("[31mNo way!")
    assert len(report.failure.detail) == MAX_DETAIL_LENGTH
    assert report.failure.detail.isprintable()
