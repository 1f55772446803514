"""The provider's wire format, without any I/O: requests out, answers in.

All tolerance for the provider's answers lives here. Nothing that arrives, however broken, raises
anything but the documented errors. Imports only the standard library and `bot.domain`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from http import HTTPStatus
from typing import NoReturn
from urllib.parse import urlsplit

from bot.domain.errors import (
    ConcurrencyLimitError,
    KeyRejectedError,
    MalformedCallbackError,
    NotStartedError,
    OutcomeUnknownError,
    QuotaExhaustedError,
    StatusKeyRejectedError,
    StatusUnavailableError,
    SubmitRejectedError,
)
from bot.domain.jobs import Failure, FailureCode, Mode, TaskReport
from bot.domain.texts import clip

SUBMIT_PATH = "/midjourney/v1/submit-jobs"
STATUS_PATH = "/midjourney/v1/job-status"

MAX_IMAGES = 24  # the most that a documented job gives (a V8 draft)
MAX_URL_LENGTH = 2048  # longer ones are refused by browsers, proxies and chat platforms
MAX_DETAIL_LENGTH = 300  # the provider's words end up in a chat message
MAX_RETRY_AFTER = timedelta(minutes=5)  # a wrong clock or a typing error must not stop us for days

_SUCCESS = range(200, 300)  # HTTP statuses
_CLIENT_ERRORS = range(400, 500)
_HTTP_FAILURES = range(300, 600)
_KEY_REJECTED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)

_TASK_ID = re.compile(r"[A-Za-z0-9._~:=+/-]{1,128}")  # opaque; documented as URL-safe
_INTEGER = re.compile(r"-?[0-9]{1,9}")
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_URL = re.compile(r"https?://[^\s\\<>\"'`|^{}]+", re.IGNORECASE)


class EnvelopeCode(IntEnum):
    """The provider's own codes in the envelope's `status`."""

    SUCCESS = 0
    QUOTA_EXHAUSTED = 1001
    CONCURRENCY_LIMIT = 1002


class TaskStatus(IntEnum):
    """The `status` of one item of a job-status answer."""

    IN_PROGRESS = 0
    SUCCEEDED = 1
    FAILED = 2


# What the provider's failure reasons say (a part of the text, any case), by who can act on it.
# The first match wins: what a person can change comes before vaguer words such as "blocked".
_FAILURE_REASONS: Mapping[FailureCode, tuple[str, ...]] = {
    FailureCode.LINK: ("invalid link",),
    FailureCode.PROMPT: (
        "banned prompt detected", "image denied", "image filters", "invalid parameter",
        "invalid prompt", "personalize code", "action needed to continue",
    ),
    FailureCode.PROVIDER: (
        "job timeout", "failed to process your command", "internal error", "system exception",
        "queue full",
    ),
    FailureCode.OPERATOR: (
        "subscription", "credits exhausted", "blocked", "plan cancelled", "pending mod message",
        "unknown integration",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRequest:
    """One POST to the provider."""

    path: str
    payload: Mapping[str, object]  # goes out as JSON


# ── Requests out ────────────────────────────────────────────────────────────────────────────────


def submit_request(prompt: str, mode: Mode, hook_url: str | None) -> ApiRequest:
    """Return the call that starts a billable job; without `hook_url` no callback will come."""
    payload: dict[str, object] = {
        "prompt": prompt,
        "mode": mode.value,
        "timeout": int(mode.provider_timeout.total_seconds()),
    }
    if hook_url is not None:
        payload["hookUrl"] = hook_url
    return ApiRequest(path=SUBMIT_PATH, payload=payload)


def status_request(task_ids: Sequence[str]) -> ApiRequest:
    """Return the call that asks for the state of all these tasks at once."""
    return ApiRequest(path=STATUS_PATH, payload={"taskIds": list(task_ids)})


# ── Answers in ──────────────────────────────────────────────────────────────────────────────────


def read_submit(status: int, body: bytes, retry_after: str | None = None) -> str:
    """Return the task id from the answer to a submit.

    `status` and `retry_after` are the HTTP status and header. An envelope code in the range of
    HTTP errors counts as that HTTP status, for providers that answer everything with 200.

    Raises:
        QuotaExhaustedError, KeyRejectedError, SubmitRejectedError: refused; nothing started.
        ConcurrencyLimitError, NotStartedError: nothing started; may be repeated.
        OutcomeUnknownError: none of this is certain.
    """
    answer = _parse(body)
    code = _envelope_code(answer)
    detail = _numbers(status, code)
    _raise_for_code(code, detail)
    if status in _SUCCESS and code is not None and code in _HTTP_FAILURES:
        status = code
    _raise_for_status(status, detail, _read_retry_after(retry_after))
    return _accepted_task_id(answer, status, code)


def read_status(status: int, body: bytes, retry_after: str | None = None) -> list[TaskReport]:
    """Return one report for each task in the answer to a status call; broken items are left out.

    `status` and `retry_after` are the HTTP status and header.

    Raises:
        StatusKeyRejectedError: the key is not accepted.
        StatusUnavailableError: the answer is no list of tasks.
    """
    answer = _parse(body)
    code = _envelope_code(answer)
    if status in _KEY_REJECTED or (status in _SUCCESS and code in _KEY_REJECTED):
        raise StatusKeyRejectedError(_numbers(status, code))
    if status not in _SUCCESS or code or not isinstance(answer, dict) or "data" not in answer:
        wait = _read_retry_after(retry_after)
        raise StatusUnavailableError(_numbers(status, code), retry_after=wait)
    reports: dict[str, TaskReport] = {}
    for report in filter(None, map(_read_item, _items(answer))):
        known = reports.get(report.task_id)
        if known is None or not known.is_finished:
            reports[report.task_id] = report
    return list(reports.values())


def read_callback(body: bytes) -> str | None:
    """Return the task id that a callback names, if it names one.

    Nothing else is read: a callback is only a hint, whoever sent it.

    Raises:
        MalformedCallbackError: the body is no JSON object.
    """
    answer = _parse(body)
    if not isinstance(answer, dict):
        raise MalformedCallbackError("The body is no JSON object.")
    return _first_task_id(answer)


# ── Submit ──────────────────────────────────────────────────────────────────────────────────────


def _raise_for_code(code: int | None, detail: str) -> None:
    """Raise for the codes that are certain whatever the HTTP status says."""
    if code == EnvelopeCode.QUOTA_EXHAUSTED:
        raise QuotaExhaustedError(detail)
    if code == EnvelopeCode.CONCURRENCY_LIMIT:
        raise ConcurrencyLimitError(detail)


def _raise_for_status(status: int, detail: str, retry_after: timedelta | None) -> None:
    """Raise for the HTTP statuses that settle the matter without the body."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise NotStartedError(detail, retry_after=retry_after)
    if status in _KEY_REJECTED:
        raise KeyRejectedError(detail)
    is_definite = status in _SUCCESS or status in _CLIENT_ERRORS
    if status == HTTPStatus.REQUEST_TIMEOUT or not is_definite:
        raise OutcomeUnknownError(detail)


def _accepted_task_id(answer: object, status: int, code: int | None) -> str:
    """Return the task id of an accepted submit, or raise for a refused or a doubtful one."""
    task_id = _first_task_id(answer)
    is_refused = bool(code) or status not in _SUCCESS
    if is_refused and task_id is None:
        raise SubmitRejectedError(_words(answer) or _numbers(status, code))
    if is_refused or task_id is None:  # refused but named, or accepted without a name
        raise OutcomeUnknownError(_numbers(status, code))
    return task_id


def _read_retry_after(header: str | None) -> timedelta | None:
    """Read the seconds of a Retry-After header; None if it has none (a date is not looked at)."""
    text = (header or "").strip()
    if not _SECONDS.fullmatch(text):
        return None
    return min(timedelta(seconds=float(text)), MAX_RETRY_AFTER)


# ── Status items ────────────────────────────────────────────────────────────────────────────────


def _read_item(item: Mapping[str, object]) -> TaskReport | None:
    """Read one item of a status answer; None if it names no task."""
    task_id = _task_id(item)
    if task_id is None:
        return None
    status = _integer(item.get("status"))
    if status == TaskStatus.SUCCEEDED:
        return _success(task_id, item)
    if status == TaskStatus.FAILED:
        failure = _failure(_clean(item.get("failReason")))
        return TaskReport(task_id=task_id, is_finished=True, failure=failure)
    return TaskReport(task_id=task_id, is_finished=False)


def _success(task_id: str, item: Mapping[str, object]) -> TaskReport:
    """Return a success; one without a usable image is a failure of the provider."""
    urls = _image_urls(item.get("images")) or _image_urls(item.get("image"))
    failure = None if urls else Failure(code=FailureCode.NO_IMAGES)
    return TaskReport(task_id=task_id, is_finished=True, image_urls=urls, failure=failure)


def _failure(reason: str | None) -> Failure:
    """Classify the provider's reason by who can act on it; the person is shown an unknown one."""
    if reason is None:
        return Failure(code=FailureCode.PROVIDER)
    text = reason.casefold()
    found = (code for code, known in _FAILURE_REASONS.items() if any(map(text.count, known)))
    return Failure(code=next(found, FailureCode.REJECTED), detail=reason)


def _image_urls(value: object) -> tuple[str, ...]:
    """Read one image or a list of them; the usable ones in order, each once."""
    entries = value if isinstance(value, list) else [value]
    urls = (entry for entry in entries if isinstance(entry, str) and _is_web_url(entry))
    return tuple(dict.fromkeys(urls))[:MAX_IMAGES]


def _is_web_url(url: str) -> bool:
    """Whether `url` is plain enough to be fetched and shown: http or https, a host, no user."""
    if len(url) > MAX_URL_LENGTH or not url.isprintable() or not _URL.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:  # brackets or a port that make no sense
        return False


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────


def _parse(body: bytes) -> object:
    """Return the JSON value of `body`; None also for what is no JSON."""
    try:
        return _DECODER.decode(body.decode(json.detect_encoding(body), "surrogatepass"))
    except (ValueError, RecursionError):  # ValueError: also bad UTF-8 and integers without end
        return None


def _refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and the infinities, which Python reads but JSON does not have."""
    raise ValueError(name)


# Made once: `json.loads` makes one for each call that is not a plain one.
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _envelope_code(answer: object) -> int | None:
    """Return the envelope's `status`; None if there is no envelope or it has none."""
    return _integer(answer.get("status")) if isinstance(answer, dict) else None


def _items(answer: object) -> Iterator[Mapping[str, object]]:
    """Return the objects of an answer: `data` as one or as a list, or the answer without `data`."""
    data = answer.get("data", answer) if isinstance(answer, dict) else None
    entries: Iterable[object] = data if isinstance(data, list) else [data]
    return (entry for entry in entries if isinstance(entry, dict))


def _first_task_id(answer: object) -> str | None:
    """Return the first task id in an answer."""
    return next(filter(None, map(_task_id, _items(answer))), None)


def _task_id(item: Mapping[str, object]) -> str | None:
    """Return the item's task id, if it is one that we can store and send back."""
    value = item.get("taskId")
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return text if isinstance(text, str) and _TASK_ID.fullmatch(text) else None


def _integer(value: object) -> int | None:
    """Read a small integer that may also come as its digits."""
    if isinstance(value, str):
        text = value.strip()
        return int(text) if _INTEGER.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value == value // 1 and abs(value) < 10**9 else None


def _words(answer: object) -> str | None:
    """Return the provider's message. Never log it: it may quote the prompt and the key."""
    return _clean(answer.get("message")) if isinstance(answer, dict) else None


def _numbers(status: int, code: int | None) -> str:
    """Return the answer's numbers, for logs."""
    return f"HTTP {status}, code {code}" if code else f"HTTP {status}"


def _clean(value: object) -> str | None:
    """Return a foreign text as one line: no control characters, clipped; None if empty."""
    if not isinstance(value, str):
        return None
    head = value[: MAX_DETAIL_LENGTH * 4]  # enough to clip from, however many megabytes came
    printable = "".join(char if char.isprintable() else " " for char in head)
    return clip(" ".join(printable.split()), MAX_DETAIL_LENGTH) or None
