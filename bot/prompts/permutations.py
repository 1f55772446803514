r"""Make plain prompts out of one: `{a, b}` gives one each.

The provider draws one job for one submit, so this bot does it itself. Works like the braces of a
shell: groups nest, `{word}` without a comma is plain text, and `\{`, `\}` and, inside a group,
`\,` stand for themselves. A brace without its partner is an error rather than plain text: it is
nearly always a slip, and a slip would cost a wrong job.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from bot.domain.texts import msg, msg_n
from bot.prompts.diagnostics import Diagnostic, Severity

MAX_COUNT: Final = 1_000_000  # counts stop here: nobody needs to know how much more it is
_BRACES = re.compile(r"\\[{},]|[{},]")


def too_many(text: str, count: int, limit: int) -> Diagnostic:
    """Return the error for more jobs than one command may start."""
    sentence = msg_n(
        "That's {count} job; the limit is {limit} at a time.",
        "That's {count} jobs; the limit is {limit} at a time.",
        count=min(count, MAX_COUNT),
        limit=limit,
    )
    return Diagnostic(severity=Severity.REFUSE, start=0, end=len(text), text=sentence)


@dataclass(slots=True)
class Permutations:
    """Plain text and groups after each other, with all they stand for so far."""

    limit: int
    count: int = 1
    results: list[str] = field(default_factory=lambda: [""])  # empty once over the limit
    plain: list[str] = field(default_factory=list)  # not yet added to the results

    def finish(self) -> None:
        """Add the plain text that has gathered."""
        tail = "".join(self.plain)
        self.plain.clear()
        if tail:
            self.results = [result + tail for result in self.results]

    def add(self, count: int, results: Iterable[str]) -> None:
        """Multiply by a group's alternatives."""
        self.finish()
        self.count = min(self.count * count, MAX_COUNT)
        if self.count > self.limit:
            self.results = []
        else:
            choices = list(results)
            self.results = [result + choice for result in self.results for choice in choices]

    def braced_into(self, outer: "Permutations") -> None:
        """Add this to another sequence as plain text between two braces."""
        if self.count == 1:
            outer.plain.append(f"{{{self.results[0]}}}")
            return
        outer.plain.append("{")
        outer.add(self.count, self.results)
        outer.plain.append("}")


@dataclass(slots=True)
class _Group:
    """The alternatives between two braces, while they are being read."""

    start: int  # of the opening brace
    alternatives: list[Permutations]

    def close_into(self, outer: Permutations) -> None:
        """Add the alternatives of this group to the sequence that contains it."""
        for alternative in self.alternatives:
            alternative.finish()
        if len(self.alternatives) == 1:
            self.alternatives[0].braced_into(outer)
            return
        outer.add(
            sum(alternative.count for alternative in self.alternatives),
            (result.strip() for each in self.alternatives for result in each.results),
        )


def permutations(text: str, limit: int) -> Permutations | Diagnostic:
    """Return the plain prompts that `text` stands for, or only their count if it is over `limit`.

    Takes linear time and no recursion: braces may nest a thousand deep.
    """
    whole = Permutations(limit)
    groups: list[_Group] = []
    here, at = whole, 0
    for match in _BRACES.finditer(text):
        here.plain.append(text[at : match.start()])
        at = match.end()
        sign = match.group()
        if sign == "{":
            here = Permutations(limit)
            groups.append(_Group(match.start(), [here]))
        elif sign == "}":
            if not groups:
                return _unpaired(match.start(), sign)
            closed = groups.pop()
            here = groups[-1].alternatives[-1] if groups else whole
            closed.close_into(here)
        elif sign == "," and groups:
            here = Permutations(limit)
            groups[-1].alternatives.append(here)
        else:
            here.plain.append(_literal(sign, is_inside=bool(groups)))
    if groups:
        return _unpaired(groups[-1].start, "{")
    whole.plain.append(text[at:])
    whole.finish()
    return whole


def _literal(sign: str, *, is_inside: bool) -> str:
    """Return what an escaped sign, or a comma outside all groups, stands for."""
    return sign if sign == "\\," and not is_inside else sign[-1]


def _unpaired(at: int, brace: str) -> Diagnostic:
    text = msg(
        "This `{brace}` has no `{partner}`. Add it, or write `{escaped}` for the sign itself.",
        brace=brace,
        partner="}" if brace == "{" else "{",
        escaped=f"\\{brace}",
    )
    return Diagnostic(severity=Severity.REFUSE, start=at, end=at + 1, text=text)
