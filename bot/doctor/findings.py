"""What a check found. Pure."""

from dataclasses import dataclass
from enum import StrEnum


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
    return Finding(verdict=Verdict.OK, text=text, detail=detail)


def warn(text: str, fix: str | None = None, *, detail: str | None = None) -> Finding:
    """Return a finding that somebody should know of."""
    return Finding(verdict=Verdict.WARN, text=text, fix=fix, detail=detail)


def fail(text: str, fix: str, *, detail: str | None = None) -> Finding:
    """Return a finding that somebody must mend."""
    return Finding(verdict=Verdict.FAIL, text=text, fix=fix, detail=detail)
