"""The plain parts of a REST request: what came in, what goes out, and Discord's errors."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.standins.discord.content import Message
from tests.standins.discord.vocabulary import JSON, MIB

MAX_REQUEST = 25 * MIB

ERRORS: dict[int, tuple[int, str]] = {
    0: (404, "404: Not Found"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    40094: (400, "This interaction has reached the maximum number of follow up messages"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
}


class ApiError(Exception):
    """A refusal as Discord words it."""

    def __init__(self, code: int, *, errors: JSON | None = None, breach: str | None = None) -> None:
        self.status, self.text = ERRORS[code]
        self.code = code
        self.errors = errors
        # What published rule the request broke; None for a refusal that any bot may meet.
        self.breach = breach
        super().__init__(f"{self.status} {code}: {self.text}")

    def answer(self) -> web.Response:
        body: JSON = {"message": self.text, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return answer(body, status=self.status)


def answer(
    body: object, *, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """Return a JSON answer whose content type is exactly `application/json`."""
    return web.Response(
        body=json.dumps(body).encode(),
        status=status,
        headers=headers,
        content_type="application/json",
    )


def too_many_requests(
    retry_after: float, *, is_global: bool = False, from_discord: bool = True
) -> web.Response:
    body = {
        "message": "You are being rate limited.",
        "retry_after": retry_after,
        "global": is_global,
        "code": 0,
    }
    headers = {"Retry-After": str(max(1, round(retry_after)))}
    if from_discord:
        headers |= {"Via": "1.1 google", "X-RateLimit-Scope": "global" if is_global else "user"}
    return answer(body, status=429, headers=headers)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart request."""

    filename: str
    content: bytes


@dataclass(slots=True)
class Body:
    """A request's JSON and its files by index."""

    json: Any = None
    uploads: dict[int, Upload] = field(default_factory=dict)
    size: int = 0
    # Why it could not be read.
    breach: str | None = None

    @property
    def names(self) -> dict[int, str]:
        return {index: upload.filename for index, upload in self.uploads.items()}


BODY = web.RequestKey("body", Body)


async def read_body(request: web.Request) -> Body:
    """Read a request to its end, JSON or multipart."""
    if request.content_type.startswith("multipart/"):
        return await _read_multipart(request)
    raw = await request.read()
    body = Body(size=len(raw))
    if raw:
        _parse(body, raw.decode(errors="replace"))
        if request.content_type != "application/json":
            body.breach = f"JSON sent as {request.content_type}"
    return body


async def _read_multipart(request: web.Request) -> Body:
    body = Body()
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            body.breach = "a multipart in a multipart"
            continue
        content = bytes(await part.read())
        body.size += len(content)
        name = part.name or ""
        index = name.removeprefix("files[").removesuffix("]")
        if name == "payload_json":
            _parse(body, content.decode(errors="replace"))
        elif index.isdecimal() and part.filename:
            body.uploads[int(index)] = Upload(part.filename, content)
        else:
            body.breach = f"form field {name!r} is neither payload_json nor files[n]"
    return body


def _parse(body: Body, text: str) -> None:
    try:
        body.json = json.loads(text)
    except ValueError:
        body.breach = "invalid JSON"


@dataclass(slots=True, eq=False, kw_only=True)
class RequestRecord:
    """One request of the bot and what it got."""

    method: str
    # The template, without the base: `/channels/{channel_id}/messages`.
    route: str
    # The path as sent, without the base.
    path: str
    query: dict[str, str]
    # time.monotonic() when it was read.
    at: float
    json: Any
    files: dict[str, int]
    user_agent: str
    # None while in work, and for ever if the connection was cut.
    status: int | None = None
    # Discord's error code, if one was answered.
    code: int | None = None
    # The fault that struck it, if any.
    fault: object = None


@dataclass(frozen=True, slots=True)
class Violation:
    """A request that breaks Discord's published rules."""

    method: str
    route: str
    what: str

    def __str__(self) -> str:
        return f"{self.method} {self.route}: {self.what}"


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """One edit of a message that took effect."""

    message: Message
    # `channel` (the bot's own authority), `token` (an interaction's) or `callback` (type 7).
    via: str
    at: float
    json: JSON


@dataclass(slots=True, eq=False, kw_only=True)
class RateLimit:
    """A bucket of `limit` requests in `per` seconds, one for each channel or webhook."""

    limit: int
    per: float
    # Requests counted and the window's end, by path of the major parameter.
    windows: dict[str, tuple[int, float]] = field(default_factory=dict)

    def take(self, bucket: str, now: float) -> tuple[dict[str, str], float]:
        """Count one request: give its headers, and how long it must wait (0: not at all)."""
        used, end = self.windows.get(bucket, (0, 0.0))
        if now >= end:
            used, end = 0, now + self.per
        wait = end - now if used >= self.limit else 0.0
        used = min(used + 1, self.limit)
        self.windows[bucket] = (used, end)
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - used),
            "X-RateLimit-Reset-After": f"{end - now:.3f}",
            "X-RateLimit-Reset": f"{time.time() + end - now:.3f}",
            "X-RateLimit-Bucket": f"{id(self):032x}",
        }
        return headers, wait
