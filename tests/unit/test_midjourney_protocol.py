"""The provider's wire format: what goes out, and what becomes of everything that comes in."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.errors import (
    ConcurrencyLimitError,
    KeyRejectedError,
    MalformedCallbackError,
    NotStartedError,
    OutcomeUnknownError,
    ProviderError,
    QuotaExhaustedError,
    StatusUnavailableError,
    SubmitRejectedError,
)
from bot.domain.jobs import Failure, FailureCode, Mode, TaskReport
from bot.midjourney.protocol import (
    MAX_DETAIL_LENGTH,
    MAX_IMAGES,
    MAX_RETRY_AFTER,
    read_callback,
    read_status,
    read_submit,
    status_request,
    submit_request,
)

TASK = "MtAd7mCuc4YqK_a1iAQSW"
URLS = tuple(f"https://cdn.midjourney.com/f00/0_{n}.png" for n in range(4))
BROKEN_BODIES = {
    "empty": b"",
    "html": b"<html><h1>502 Bad Gateway</h1></html>",
    "invalid utf-8": b'{"status": 0, "data": {"taskId": "\xff\xfe"}}',
    "cut off": b'{"status": 0, "data": {"taskId": "Mt',
    "nested too deeply": b"[" * 200_000,
    "nested objects": b'{"data":' * 100_000,
    "endless integer": b'{"status": ' + b"9" * 10_000 + b"}",
    "not a number": b'{"status": NaN, "data": {"taskId": "x"}}',
    "null": b"null",
    "a string": b'"success"',
    "a number": b"0",
    "megabytes of html": b"<p>sorry</p>" * 400_000,
    "half a surrogate": b'{"data": {"taskId": "\\ud800"}}',
}


def body(value: object) -> bytes:
    return json.dumps(value).encode()


def accepted(task_id: object = TASK, status: object = 0) -> bytes:
    return body({"status": status, "message": "success", "data": {"taskId": task_id}})


def one_report(item: dict[str, object]) -> TaskReport:
    (report,) = read_status(200, body({"status": 0, "data": [{"taskId": TASK, **item}]}))
    return report


# ── Requests out ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("mode", "timeout"), [(Mode.FAST, 600), (Mode.RELAXED, 1200)])
def test_a_submit_carries_prompt_mode_time_limit_and_hook(mode: Mode, timeout: int) -> None:
    request = submit_request("a fox --ar 3:2", mode, "https://bot.example/hook")
    assert request.path == "/midjourney/v1/submit-jobs"
    assert dict(request.payload) == {
        "prompt": "a fox --ar 3:2",
        "mode": mode.value,
        "timeout": timeout,
        "hookUrl": "https://bot.example/hook",
    }


def test_a_submit_without_a_hook_has_no_such_field() -> None:
    assert "hookUrl" not in submit_request("a fox", Mode.FAST, None).payload


def test_a_status_call_asks_for_all_tasks_at_once() -> None:
    request = status_request(["a", "b"])
    assert request.path == "/midjourney/v1/job-status"
    assert dict(request.payload) == {"taskIds": ["a", "b"]}


def test_the_payloads_become_json() -> None:
    request = submit_request("\ud800 ☃", Mode.FAST, None)
    assert json.loads(json.dumps(dict(request.payload)))["prompt"] == "\ud800 ☃"


# ── The answer to a submit ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [0, "0", " 0 ", 0.0, None])
def test_an_accepted_submit_gives_the_task_id(status: object) -> None:
    assert read_submit(200, accepted(status=status)) == TASK


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {"taskId": TASK}},
        {"taskId": TASK},
        {"taskId": TASK, "status": 0},
        {"taskId": TASK, "status": 1},
        {"status": 0, "data": [{"taskId": TASK}]},
        {"status": 0, "data": [None, "x", {}, {"taskId": TASK}]},
    ],
)
def test_an_accepted_submit_may_have_another_envelope(answer: object) -> None:
    assert read_submit(200, body(answer)) == TASK


def test_a_task_id_may_be_a_number() -> None:
    assert read_submit(200, accepted(12345)) == "12345"


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read_submit(200, b"\xef\xbb\xbf" + accepted()) == TASK


@pytest.mark.parametrize(
    "task_id", [None, "", " ", "a b", "a\n", "ä", "x" * 129, True, 1.5, [], {}, 10**200]
)
def test_an_accepted_submit_without_a_usable_task_id_is_in_doubt(task_id: object) -> None:
    with pytest.raises(OutcomeUnknownError):
        read_submit(200, accepted(task_id))


@pytest.mark.parametrize("name", BROKEN_BODIES)
def test_an_unreadable_answer_to_a_submit_is_in_doubt(name: str) -> None:
    with pytest.raises(OutcomeUnknownError):
        read_submit(200, BROKEN_BODIES[name])


@pytest.mark.parametrize("status", [100, 204, 301, 302, 304, 307, 408, 500, 502, 503, 504, 524])
def test_redirects_time_outs_and_server_errors_are_in_doubt(status: int) -> None:
    with pytest.raises(OutcomeUnknownError):
        read_submit(status, b"<html>")


@pytest.mark.parametrize("status", [408, 500, 503])
def test_a_server_error_stays_in_doubt_whatever_its_body_says(status: int) -> None:
    with pytest.raises(OutcomeUnknownError):
        read_submit(status, accepted())
    with pytest.raises(OutcomeUnknownError):
        read_submit(status, body({"status": 1003, "message": "no"}))


@pytest.mark.parametrize("status", [200, 400, 401, 408, 429, 500])
@pytest.mark.parametrize("code", [1001, "1001"])
def test_code_1001_means_no_quota_whatever_the_http_status(status: int, code: object) -> None:
    with pytest.raises(QuotaExhaustedError, match=f"^HTTP {status}, code 1001$"):
        read_submit(status, body({"status": code, "message": "quota not enough"}))


@pytest.mark.parametrize("status", [200, 400, 403, 429, 503])
@pytest.mark.parametrize("code", [1002, "1002"])
def test_code_1002_means_no_free_slot_whatever_the_http_status(status: int, code: object) -> None:
    with pytest.raises(ConcurrencyLimitError):
        read_submit(status, body({"status": code, "message": "max 10", "data": None}))


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_told_by_the_http_status_or_the_code(status: int) -> None:
    with pytest.raises(KeyRejectedError):
        read_submit(status, b"")
    with pytest.raises(KeyRejectedError):
        read_submit(200, body({"status": str(status), "message": "bad key"}))


@pytest.mark.parametrize("code", [408, 500, 503])
def test_a_server_error_as_an_envelope_code_is_in_doubt_too(code: int) -> None:
    with pytest.raises(OutcomeUnknownError):
        read_submit(200, body({"status": code, "message": "internal error"}))


@pytest.mark.parametrize("status", [400, 404, 405, 413, 422, 451])
def test_other_client_errors_are_refusals(status: int) -> None:
    with pytest.raises(SubmitRejectedError, match=f"HTTP {status}"):
        read_submit(status, b"<html>")


@pytest.mark.parametrize("code", [-1, 1, 2, 99, 400, 1000, 1003, "1003", 9999])
def test_another_code_is_a_refusal_in_the_providers_words(code: object) -> None:
    with pytest.raises(SubmitRejectedError) as caught:
        read_submit(200, body({"status": code, "message": "  no\x00 such\n\tmode "}))
    assert caught.value.detail == "no such mode"


@pytest.mark.parametrize(("status", "code"), [(200, 1003), (400, 0), (422, 1)])
def test_a_refusal_that_names_a_task_is_in_doubt(status: int, code: int) -> None:
    with pytest.raises(OutcomeUnknownError):
        read_submit(status, accepted(status=code))


def test_long_words_of_the_provider_are_clipped() -> None:
    with pytest.raises(SubmitRejectedError) as caught:
        read_submit(400, body({"status": 1003, "message": "x" * 3_000_000}))
    assert len(caught.value.detail) == MAX_DETAIL_LENGTH
    assert caught.value.detail.endswith("…")


@pytest.mark.parametrize("message", [None, 5, "", " \n ", ["no"], {"no": 1}])
def test_without_words_of_the_provider_the_http_status_is_told(message: object) -> None:
    with pytest.raises(SubmitRejectedError, match="HTTP 400"):
        read_submit(400, body({"status": 1003, "message": message}))


# ── Retry-After ─────────────────────────────────────────────────────────────────────────────────

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def retry_after(header: str | None) -> timedelta | None:
    with pytest.raises(NotStartedError) as caught:
        read_submit(429, b"slow down", header, now=NOW)
    return caught.value.retry_after


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("1.5", 1.5),
        ("0", 0),
        ("999999999", 300),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30),
        ("Sun, 01 Mar 2026 12:00:30 -0000", 30),
        ("Sun, 01 Mar 2026 14:00:30 +0200", 30),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Mon, 01 Mar 2027 12:00:00 GMT", 300),
    ],
)
def test_429_tells_how_long_to_wait_within_bounds(header: str, seconds: float) -> None:
    assert retry_after(header) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "header",
    [None, "", "soon", "-5", "nan", "inf", "1e9", "٣", "Sun, 99 Mar 2026 12:00:30 GMT"],
)
def test_429_with_an_unusable_wait_gives_none(header: str | None) -> None:
    assert retry_after(header) is None


def test_429_takes_the_present_moment_by_itself() -> None:
    with pytest.raises(NotStartedError) as caught:
        read_submit(429, b"", "Fri, 01 Jan 2100 00:00:00 GMT")
    assert caught.value.retry_after == MAX_RETRY_AFTER


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d+ \d+:\d+:\d+ [+-]\d+"))
@example("Mon, 01 Jan 9999 00:00:00 -2359")
@example("Mon, 01 Jan 0001 00:00:00 +2359")
@example("Mon, 01 Jan 2026 00:00:00 +9999")
def test_any_retry_after_header_is_bounded_or_ignored(header: str) -> None:
    wait = retry_after(header)
    assert wait is None or timedelta(0) <= wait <= MAX_RETRY_AFTER


# ── The answer to a status call ─────────────────────────────────────────────────────────────────


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
        [{"taskId": TASK, "status": 1, "image": URLS[0]}],
        {"taskId": TASK, "status": 1, "image": URLS[0]},
        {"taskId": TASK, "status": "1", "image": URLS[0]},
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
        [{"url": url} for url in URLS],
        [URLS[0], {"url": URLS[1]}, *URLS[2:]],
        [URLS[0], *URLS, URLS[2]],
        [None, {}, {"url": None}, 5, [URLS[3]], *URLS],
    ],
)
def test_images_come_in_many_forms_and_each_counts_once(images: object) -> None:
    assert one_report({"status": 1, "images": images}).image_urls == URLS


@pytest.mark.parametrize("images", [URLS[0], {"url": URLS[0]}])
def test_images_may_be_a_single_one(images: object) -> None:
    assert one_report({"status": 1, "images": images}).image_urls == URLS[:1]


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
def test_what_is_no_plain_web_address_is_no_image(url: str) -> None:
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


# ── Callbacks ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "callback",
    [
        {"status": 0, "data": {"taskId": TASK, "status": 1, "images": list(URLS)}},
        {"status": 1001, "data": {"taskId": TASK}},
        {"data": [{"taskId": TASK}]},
        {"taskId": TASK, "status": 2, "failReason": "x"},
    ],
)
def test_a_callback_names_its_task(callback: object) -> None:
    assert read_callback(body(callback)) == TASK


@pytest.mark.parametrize(
    "callback", [{}, {"data": None}, {"data": {"taskId": ""}}, {"data": {"taskId": "\u0000"}}]
)
def test_a_callback_may_name_no_task(callback: object) -> None:
    assert read_callback(body(callback)) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_json_is_read_in_every_encoding_of_unicode(encoding: str) -> None:
    body = '{"status": 0, "data": {"taskId": "T1", "status": 1}}'.encode(encoding)
    assert read_callback(body) == "T1"


@pytest.mark.parametrize("name", sorted(BROKEN_BODIES.keys() - {"half a surrogate"}))
def test_a_callback_that_is_no_json_object_is_malformed(name: str) -> None:
    with pytest.raises(MalformedCallbackError):
        read_callback(BROKEN_BODIES[name])


@pytest.mark.parametrize("value", [[], [{"taskId": TASK}], "x", 1, True])
def test_a_callback_that_is_other_json_is_malformed(value: object) -> None:
    with pytest.raises(MalformedCallbackError):
        read_callback(body(value))


# ── Anything at all ─────────────────────────────────────────────────────────────────────────────

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from([0, 1, 2, "0", "1", 400, 401, 429, 500, 1001, "1002", TASK, *URLS])
)
FIELDS = st.sampled_from(
    ["status", "data", "message", "taskId", "image", "images", "url", "failReason"]
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(FIELDS | st.text(max_size=3), inner)
    ),
    max_leaves=25,
)
BODIES = st.binary() | JSON.map(body)
STATUSES = st.integers(100, 599) | st.just(200)


@given(STATUSES, BODIES)
def test_any_answer_to_a_submit_gives_a_task_id_or_a_documented_error(
    status: int, answer: bytes
) -> None:
    try:
        task_id = read_submit(status, answer)
    except ProviderError as error:
        assert error.detail.isprintable()  # noqa: PT017
        assert len(error.detail) <= MAX_DETAIL_LENGTH  # noqa: PT017
    else:
        assert 200 <= status <= 299
        assert task_id.isascii()
        assert task_id in answer.decode()


@given(STATUSES, BODIES)
def test_any_answer_to_a_status_call_gives_sound_reports_or_the_documented_error(
    status: int, answer: bytes
) -> None:
    try:
        reports = read_status(status, answer)
    except StatusUnavailableError:
        return
    assert len({report.task_id for report in reports}) == len(reports)
    for report in reports:
        assert len(report.image_urls) <= MAX_IMAGES
        assert report.is_finished == bool(report.image_urls or report.failure)
        assert all(url.lower().startswith(("http://", "https://")) for url in report.image_urls)


@given(BODIES)
def test_any_callback_names_a_task_or_none_or_is_malformed(callback: bytes) -> None:
    try:
        task_id = read_callback(callback)
    except MalformedCallbackError:
        return
    assert task_id is None or task_id.isascii()
