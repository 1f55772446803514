"""The rules for the values of one parameter, by kind.

A value that no version takes is refused. The person is asked about one that another version takes.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from bot.domain.texts import Text, msg, msg_n
from bot.prompts.arguments import Argument, Model
from bot.prompts.diagnostics import Diagnostic, Repair, Severity, quote
from bot.prompts.models import REMOVED_VERSIONS, VERSIONS, family
from bot.prompts.parameters import NEEDED, Kind, Parameter, Span
from bot.prompts.scanner import MAX_VALUES

# Bounded, because int() refuses thousands of digits and no range needs more.
_WHOLE: Final = re.compile(r"0*([0-9]{1,12})")
_DECIMAL: Final = re.compile(r"[0-9]{0,12}\.?[0-9]{1,12}")
_VERSION: Final = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,2}))?")
RATIO: Final = re.compile(r"0*([0-9]{1,9}):0*([0-9]{1,9})")


def value_problem(argument: Argument, row: Parameter, model: Model) -> Diagnostic | None:
    """Check the values by the parameter's kind."""
    if not argument.values:
        text = None if row.value_optional else NEEDED.get(row.kind)
        return None if text is None else refused(argument, about(text, argument, written=True))
    if argument.is_doubtful:
        return None  # what is no value is not measured
    if row.kind is Kind.VERSION:
        return _version_problem(argument, row)
    rule = _RULES.get(row.kind)
    return None if rule is None else rule(argument, row, model)


def _about(
    severity: Severity, argument: Argument, text: Text, repair: Repair | None = None
) -> Diagnostic:
    return Diagnostic(
        severity=severity, start=argument.start, end=argument.end, text=text, repair=repair
    )


refused = partial(_about, Severity.REFUSE)  # no version takes this
asked = partial(_about, Severity.ASK)  # this is probably a mistake
remarked = partial(_about, Severity.REMARK)  # this is worth knowing


def left_out(argument: Argument) -> Repair:
    """Write the prompt without the parameter."""
    text = msg("I left out `{parameter}`.", parameter=quote(str(argument)))
    return Repair(said=text, drops=argument.start)


def read_instead(argument: Argument, instead: str) -> Repair:
    """Write another parameter instead of this one."""
    typed, read = quote(str(argument)), quote(instead)
    text = msg("I read `{typed}` as `{read}`.", typed=typed, read=read)
    return Repair(said=text, drops=argument.start, puts=instead)


def _version_problem(argument: Argument, row: Parameter) -> Diagnostic | None:
    """Check a version's number. New ones appear any day, so those are only remarked on."""
    number = argument.values[0].removesuffix(".0")
    match = _VERSION.fullmatch(number)
    if match is None:
        text = msg(
            "`{parameter}`: write the number of a version, such as {newest}.",
            parameter=quote(str(argument)),
            newest=row.choices[-1],
        )
        return refused(argument, text)
    if number in row.choices:
        return None
    if row.choices == VERSIONS and number in REMOVED_VERSIONS:
        instead = f"{argument.written} {REMOVED_VERSIONS[number]}"
        text = msg(
            "Version {number} was removed. I'd use `{instead}`.",
            number=f"{number}.0" if "." not in number else number,
            instead=instead,
        )
        return asked(argument, text, read_instead(argument, instead))
    return _unlisted_version(argument, row, match)


def _unlisted_version(argument: Argument, row: Parameter, number: re.Match[str]) -> Diagnostic:
    newest = row.choices[-1]
    if _as_numbers(number) > _as_numbers(_VERSION.fullmatch(newest)):
        text = msg(
            "I don't know `{parameter}`, so I passed it on unchanged. The newest version I know "
            "is {newest}.",
            parameter=quote(str(argument)),
            newest=newest,
        )
        return remarked(argument, text)
    text = msg(
        "`{parameter}`: I don't know this version, only {choices}.",
        parameter=quote(str(argument)),
        choices=", ".join(row.choices),
    )
    return asked(argument, text)


def _as_numbers(match: re.Match[str] | None) -> tuple[int, int]:
    assert match is not None
    return int(match[1]), int(match[2] or 0)


def _whole_problem(argument: Argument, row: Parameter, model: Model) -> Diagnostic | None:
    match = _WHOLE.fullmatch(argument.value)
    number = None if match is None else int(match.group(1))
    template = msg("`{parameter}`: choose a whole number from {low} to {high}.")
    return _out_of_span(argument, row, model, number, template)


def _decimal_problem(argument: Argument, row: Parameter, model: Model) -> Diagnostic | None:
    number = float(argument.value) if _DECIMAL.fullmatch(argument.value) else None
    template = msg("`{parameter}`: choose a number from {low} to {high}.")
    return _out_of_span(argument, row, model, number, template)


def _out_of_span(
    argument: Argument, row: Parameter, model: Model, number: float | None, template: Text
) -> Diagnostic | None:
    widest, span = row.span, _span(row, model)
    assert widest is not None
    if number is None or number not in widest:
        span = span if model.is_given else widest
        return refused(
            argument, about(template, argument, low=span.low, high=span.high, whole=True)
        )
    if number in span:
        return None
    text = msg(
        "`{parameter}`: with `{model}` it goes from {low} to {high}. I'd leave it out.",
        parameter=quote(str(argument)),
        model=model.flag,
        low=span.low,
        high=span.high,
    )
    return asked(argument, text, left_out(argument))


def _span(row: Parameter, model: Model) -> Span:
    span = row.spans.get(family(model.label) if model.label else "", row.span)
    assert span is not None
    return span


def _choice_problem(argument: Argument, row: Parameter, model: Model) -> Diagnostic | None:
    value = plain(argument.value)
    choices = row.choices_by_family.get(family(model.label) if model.label else "", row.choices)
    if value in choices:
        return None
    if value in row.choices:
        text = msg(
            "`{parameter}`: with `{model}` it is one of {choices}. I'd leave it out.",
            parameter=quote(str(argument)),
            model=model.flag,
            choices=", ".join(choices),
        )
        return asked(argument, text, left_out(argument))
    text = msg(
        "`{parameter}`: choose one of {choices}.",
        parameter=quote(str(argument)),
        choices=", ".join(choices),
    )
    return refused(argument, text)


def plain(value: str) -> str:
    """Write a number as the table does: "0.50" is ".5"."""
    if "." in value:
        value = value.lstrip("0").rstrip("0").rstrip(".")
    return value.lower()


def _ratio_problem(argument: Argument, row: Parameter, _model: Model) -> Diagnostic | None:
    text = _wrong_ratio(argument, row)
    return None if text is None else refused(argument, text)


def _wrong_ratio(argument: Argument, row: Parameter) -> Text | None:
    given = quote(str(argument))
    match = RATIO.fullmatch(argument.value)
    if match is None:
        return msg("`{parameter}`: write two whole numbers, such as 16:9.", parameter=given)
    low, high = sorted(int(number) for number in match.groups())
    if low == 0:
        return msg("`{parameter}`: both numbers must be at least 1.", parameter=given)
    if row.max_ratio is not None and high > low * row.max_ratio:
        return msg(
            "`{parameter}`: one side may be at most {limit} times as long as the other.",
            parameter=given,
            limit=row.max_ratio,
        )
    return None


def _list_problem(argument: Argument, row: Parameter, _model: Model) -> Diagnostic | None:
    limit = row.max_values or MAX_VALUES
    if len(argument.values) <= limit:
        return None
    text = msg_n(
        "`{parameter}` takes only {count} value, not {given}.",
        "`{parameter}` takes at most {count} values, not {given}.",
        count=limit,
        parameter=argument.written,
        given=len(argument.values),
    )
    return refused(argument, text)


def about(
    hint: Text, argument: Argument, *, written: bool = False, whole: bool = False, **values: object
) -> Text:
    """Fill a sentence of the table."""
    name = argument.written if written else quote(str(argument) if whole else argument.written)
    return Text(hint.template, MappingProxyType({"parameter": name, **values}))


_RULES: Final[Mapping[Kind, Callable[[Argument, Parameter, Model], Diagnostic | None]]] = {
    Kind.WHOLE: _whole_problem,
    Kind.DECIMAL: _decimal_problem,
    Kind.CHOICE: _choice_problem,
    Kind.RATIO: _ratio_problem,
    Kind.LINKS: _list_problem,
    Kind.REFERENCES: _list_problem,
    Kind.CODES: _list_problem,
}
