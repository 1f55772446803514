"""What a check found. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

# Of a web address the host counts first: `https://medium.com/@me` names nobody who logs in.
_WEB_HOST_OR_LOGIN = re.compile(r"(?P<host>https?://[\w.-]+/)|(?<=//)\S*@")


class Verdict(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"  # works, and is probably not meant so
    FAIL = "fail"  # does not work


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of a group."""

    verdict: Verdict
    text: str  # one line, without secrets
    fix: str | None = None  # one command, link or act that mends it
    detail: str | None = None  # shown with -v


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The findings about one thing."""

    title: str
    findings: tuple[Finding, ...]


def ok(text: str, *, detail: str | None = None) -> Finding:
    """Return a finding that all is well."""
    return _finding(Verdict.OK, text, None, detail)


def warn(text: str, fix: str | None = None, *, detail: str | None = None) -> Finding:
    """Return a finding that somebody should know of."""
    return _finding(Verdict.WARN, text, fix, detail)


def fail(text: str, fix: str, *, detail: str | None = None) -> Finding:
    """Return a finding that somebody must mend."""
    return _finding(Verdict.FAIL, text, fix, detail)


def _finding(verdict: Verdict, text: str, fix: str | None, detail: str | None) -> Finding:
    return Finding(
        verdict=verdict,
        text=presentable(text),
        fix=None if fix is None else presentable(fix),
        detail=None if detail is None else presentable(detail),
    )


def presentable(text: str) -> str:
    """Return a text for a terminal: names are others', and addresses may hold a password."""
    public = _WEB_HOST_OR_LOGIN.sub(lambda found: found["host"] or "…@", text)
    return "".join(char if char.isprintable() else "?" for char in public)
