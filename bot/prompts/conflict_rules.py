"""The rules for parameters that stand together."""

from collections.abc import Iterator

from bot.domain.texts import msg
from bot.prompts.arguments import Argument, Source
from bot.prompts.diagnostics import Diagnostic, Severity, quote
from bot.prompts.parameters import Conflict, Parameter
from bot.prompts.parts import Parts
from bot.prompts.values import RATIO, asked, left_out, plain, refused


def conflict_problems(parts: Parts) -> Iterator[Diagnostic]:
    """Report each pair that can't be combined once, as severely as its rows allow."""
    seen: set[frozenset[str]] = set()
    rows = [(each, each.row) for each in parts.arguments if each.row is not None]
    for argument, row in sorted(rows, key=lambda pair: pair[1].clash is not Severity.REFUSE):
        for conflict in row.conflicts:
            pair = frozenset({row.name, conflict.other})
            if pair not in seen and _is_met(argument, conflict, parts):
                seen.add(pair)
                yield _clash(argument, row, conflict, parts)
    yield from _wide_problem(parts)


def _is_met(argument: Argument, conflict: Conflict, parts: Parts) -> bool:
    if conflict.value is not None and plain(argument.value) != conflict.value:
        return False
    return parts.has(conflict.other)


def _clash(argument: Argument, row: Parameter, conflict: Conflict, parts: Parts) -> Diagnostic:
    one = quote(str(argument) if conflict.value is not None else argument.written)
    other = parts.named(conflict.other)
    if other is None:
        text = msg(
            "`{parameter}` and image links can't be combined. I'd leave out `{parameter}`.",
            parameter=one,
        )
        return asked(argument, text, left_out(argument))
    if row.clash is Severity.REFUSE:
        text = msg(
            "`{parameter}` and `{other}` can't be combined; leave one out.",
            parameter=one,
            other=other.written,
        )
        return refused(argument, text)
    text = msg(
        "`{parameter}` and `{other}` can't be combined. I'd leave out `{parameter}`.",
        parameter=one,
        other=other.written,
    )
    return asked(argument, text, left_out(argument))


def _wide_problem(parts: Parts) -> Iterator[Diagnostic]:
    """Check the aspect against parameters that allow less than `--ar` itself does."""
    aspect = parts.named("aspect")
    match = RATIO.fullmatch(aspect.value) if aspect else None
    if aspect is None or match is None:
        return
    low, high = sorted(int(number) for number in match.groups())
    for argument in parts.arguments:
        row = argument.row
        if row is None or row.max_ratio is None or row.name == aspect.name:
            continue
        if low > 0 and high > low * row.max_ratio:
            text = msg(
                "`{parameter}`: with `{other}`, one side may be at most {limit} times "
                "as long as the other.",
                parameter=quote(str(aspect)),
                other=argument.written,
                limit=row.max_ratio,
            )
            yield refused(argument if argument.source is Source.DEFAULT else aspect, text)
