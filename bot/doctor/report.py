"""The findings as people and as programs read them. Pure."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.command_line import as_typed_here
from bot.doctor.findings import Finding, Group, Verdict

_SIGNS: Mapping[Verdict, str] = MappingProxyType(
    {Verdict.OK: "✓", Verdict.WARN: "!", Verdict.FAIL: "✗"}
)


def as_text(groups: Sequence[Group], *, with_details: bool = False) -> str:
    """Return the groups, a line for each finding, and a line that sums them up."""
    return "\n".join([*_lines(groups, with_details=with_details), "", _summary(groups)])


def as_line(finding: Finding) -> str:
    """Return one finding as a line."""
    fix = f" → {as_typed_here(finding.fix)}" if finding.fix else ""
    return f"{_SIGNS[finding.verdict]} {finding.text}{fix}"


def as_json(groups: Sequence[Group]) -> str:
    """Return the same for programs."""
    found = [
        {"group": group.title, "findings": [_as_object(each) for each in group.findings]}
        for group in groups
    ]
    is_well = exit_status(groups) == 0
    return json.dumps({"ok": is_well, "groups": found}, ensure_ascii=False, indent=2)


def exit_status(groups: Sequence[Group]) -> int:
    """Return 1 if something does not work, else 0."""
    return int(any(each.verdict is Verdict.FAIL for each in _findings(groups)))


def _findings(groups: Sequence[Group]) -> Iterator[Finding]:
    return (finding for group in groups for finding in group.findings)


def _lines(groups: Sequence[Group], *, with_details: bool) -> Iterator[str]:
    for group in groups:
        yield group.title
        for finding in group.findings:
            yield f"  {as_line(finding)}"
            if with_details and finding.detail:
                yield f"      {finding.detail}"


def _summary(groups: Sequence[Group]) -> str:
    counts = Counter(each.verdict for each in _findings(groups))
    broken, doubtful = counts[Verdict.FAIL], counts[Verdict.WARN]
    if not broken and not doubtful:
        return "All is well."
    said = [f"{broken} ✗ to mend"] * bool(broken) + [f"{doubtful} ! to look at"] * bool(doubtful)
    return f"{', '.join(said)}."


def _as_object(finding: Finding) -> dict[str, str | None]:
    return {
        "verdict": finding.verdict,
        "text": finding.text,
        "fix": None if finding.fix is None else as_typed_here(finding.fix),
        "detail": finding.detail,
    }
