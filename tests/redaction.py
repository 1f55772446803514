"""Proof that the logs stay clean: whatever any test logs is searched for what it must not hold.

The session logs through the product's own pipeline, our loggers at DEBUG, tracebacks included.
Stand-ins and fixtures name their secrets here, and what is stored of a person's words is noticed by
itself; `conftest.py` asks after each test. The logs of processes that a test starts are read too.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.demo.midjourney import MidjourneyStandIn
from bot.observability.logs import set_up_logging

# Shorter ones ("a", "x") would be found in any log.
MIN_LENGTH = 4
# Columns that hold what a person wrote or what gives power over something.
PRIVATE_COLUMNS = {"prompt", "reply_token", "payload", "parameters", "suffix"}


class Watch:
    """What is logged while one test runs, and what must not be among it."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._files: set[Path] = set()
        self._forbidden: set[str] = set()

    def write(self, text: str) -> None:
        """Take what a log handler writes."""
        self._written.append(text)

    def flush(self) -> None:
        """Be a stream."""

    def read_later(self, log: Path) -> None:
        """Search this file too, when the test is over."""
        self._files.add(log)

    def forbid(self, *texts: str) -> None:
        """Let these be found in no log until the test is over."""
        self._forbidden.update(text for text in texts if len(text.strip()) >= MIN_LENGTH)

    def begin(self) -> None:
        """Forget everything."""
        self._written.clear()
        self._files.clear()
        self._forbidden.clear()

    @property
    def text(self) -> str:
        """All that was logged so far."""
        return "".join(self._written)

    def leaks(self) -> list[str]:
        """Return the lines that hold what is forbidden, each behind what was found in it."""
        lines = self.text.splitlines()
        for file in self._files:
            lines += file.read_text(errors="replace").splitlines() if file.exists() else []
        text = "\n".join(lines)
        found = {form: secret for secret in self._forbidden for form in _forms(secret)}
        return [
            f"{secret!r} in: {line[:2000]}"
            for form, secret in found.items()
            if form in text
            for line in lines
            if form in line
        ]


def _forms(secret: str) -> set[str]:
    """Return a text as it may stand in a log."""
    as_json = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    return {secret, *as_json, repr(secret)[1:-1], quote(secret, errors="surrogatepass")}


WATCH = Watch()
forbid = WATCH.forbid


def tags_of(midjourney: MidjourneyStandIn) -> list[str]:
    """Return the secret part of every callback address that was handed out."""
    hooks = [submit.payload.get("hookUrl") for submit in midjourney.submits]
    return [str(hook).rpartition("/")[2] for hook in hooks if hook is not None]


def watch_all_logs() -> None:
    """Let the whole session log as the product does, into `WATCH`."""
    set_up_logging("DEBUG", "json", to=WATCH)
    structlog.configure(cache_logger_on_first_use=False)  # else `capture_logs` would see nothing
    event.listen(Engine, "before_cursor_execute", _notice_private_values)


def _notice_private_values(*call: Any) -> None:
    """Forbid what the database is given of a person's words, and of secrets."""
    context = call[4]
    for values in getattr(context, "compiled_parameters", None) or ():
        forbid(*_private_texts(values))


def _private_texts(values: Mapping[str, Any]) -> list[str]:
    texts = [values.get(column) for column in PRIVATE_COLUMNS]
    if values.get("key") == "webhook_secret":
        texts.append(values.get("value"))
    return [text for text in texts if isinstance(text, str)]
