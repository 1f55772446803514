"""The answer to a submit: a task id, a refusal, or doubt."""

import pytest

from bot.domain.errors import (
    ConcurrencyLimitError,
    KeyRejectedError,
    OutcomeUnknownError,
    QuotaExhaustedError,
    SubmitRejectedError,
)
from bot.midjourney.protocol import (
    MAX_DETAIL_LENGTH,
    read_submit,
)
from tests.unit.midjourney.bodies import BROKEN_BODIES, TASK, accepted, body


@pytest.mark.parametrize("status", [0, "0", " 0 ", 0.0, None])
def test_an_accepted_submit_gives_the_task_id(status: object) -> None:
    assert read_submit(200, accepted(status=status)) == TASK


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {"taskId": TASK}},
        {"taskId": TASK},
        {"taskId": TASK, "status": 0},
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
