"""The plain parts of a request: what came in, what goes out, and Slack's errors."""

import json
import math
from dataclasses import dataclass, field

from aiohttp import web

from bot.demo.slack.standin.problems import Problems
from bot.demo.slack.standin.vocabulary import JSON

# Arguments that are JSON, also in a form.
JSON_ARGUMENTS = {"blocks", "attachments", "view", "metadata", "files"}
NOT_JSON = {
    "blocks": "invalid_blocks_format",
    "metadata": "invalid_metadata_format",
}


class SlackError(Exception):
    """A refusal as Slack words it."""

    def __init__(
        self,
        error: str,
        *,
        errors: list[str] | None = None,
        breach: str | None = None,
        status: int = 200,
    ) -> None:
        self.error = error
        self.errors = errors or []
        # What published rule the request broke; None for a refusal that any app may meet.
        self.breach = breach
        self.status = status
        super().__init__(error)

    def answer(self) -> web.Response:
        """Return the answer that says so."""
        body: JSON = {"ok": False, "error": self.error}
        if self.errors:
            body["errors"] = self.errors
            messages = [f"[ERROR] {line}" for line in self.errors]
            body["response_metadata"] = {"messages": messages}
        return answer(body, status=self.status)


def refuse(problems: Problems, error: str) -> None:
    """Raise `error` with what was found, if anything was.

    Raises:
        SlackError: there are problems.
    """
    if problems:
        raise SlackError(error, errors=problems.lines(), breach="; ".join(problems.lines()))


def answer(body: JSON, *, status: int = 200) -> web.Response:
    """Return a body as Slack sends it."""
    return web.json_response(body, status=status)


def too_many_requests(retry_after: float) -> web.Response:
    """Return a 429 that says when to come back."""
    response = answer({"ok": False, "error": "ratelimited"}, status=429)
    response.headers["Retry-After"] = str(math.ceil(retry_after))
    return response


@dataclass(slots=True, eq=False, kw_only=True)
class RequestRecord:
    """One request of the app and what it got."""

    # The Web API's method, or `upload`, `response_url`, `file`.
    method: str
    path: str
    # time.monotonic() when it was read.
    at: float
    args: JSON
    token: str
    user_agent: str
    is_json: bool = False
    # None while in work, and for ever if the connection was cut.
    status: int | None = None
    # Slack's error string, if one was answered.
    error: str | None = None
    # The fault that struck it, if any.
    fault: object = None


@dataclass(frozen=True, slots=True)
class Violation:
    """A request or answer that breaks Slack's published rules."""

    method: str
    what: str

    def __str__(self) -> str:
        return f"{self.method}: {self.what}"


@dataclass(slots=True, eq=False, kw_only=True)
class RateLimit:
    """`limit` requests in `per` seconds; of `chat.postMessage` in each channel."""

    limit: int
    per: float
    # Requests counted and the window's end, by channel.
    windows: dict[str, tuple[int, float]] = field(default_factory=dict)

    def take(self, channel: str, now: float) -> float:
        """Count one request and return how long it must wait (0: not at all)."""
        used, end = self.windows.get(channel, (0, 0.0))
        if now >= end:
            used, end = 0, now + self.per
        if used >= self.limit:
            return end - now
        self.windows[channel] = (used + 1, end)
        return 0.0


async def read_request(request: web.Request, method: str, at: float) -> RequestRecord:
    """Read a call of the Web API: its arguments from the address and a form or JSON."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    is_json = request.content_type == "application/json"
    record = RequestRecord(
        method=method,
        path=request.path,
        at=at,
        args=dict(request.query),
        token=token,
        user_agent=request.headers.get("User-Agent", ""),
        is_json=is_json,
    )
    if is_json:
        record.args |= _object(await request.text())
    else:
        record.args |= {key: str(value) for key, value in (await request.post()).items()}
    record.token = record.args.pop("token", None) or token
    return record


def _object(raw: str) -> JSON:
    try:
        found = json.loads(raw or "{}")
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"": raw}


def decoded(args: JSON) -> JSON:
    """Return the arguments with the JSON in them read.

    Raises:
        SlackError: one is no JSON.
    """
    if "" in args:
        raise SlackError("invalid_json", breach="the body is no JSON object")
    made = {key: value for key, value in args.items() if value is not None}
    for key in JSON_ARGUMENTS & made.keys():
        if isinstance(made[key], str):
            try:
                made[key] = json.loads(made[key])
            except ValueError:
                error = NOT_JSON.get(key, "invalid_arguments")
                raise SlackError(error, breach=f"{key} is no JSON") from None
    return made


def flag(args: JSON, name: str, *, default: bool = False) -> bool:
    """Return a boolean argument, which a form writes as 1 or true."""
    return str(args.get(name, default)).lower() in {"1", "true"}
