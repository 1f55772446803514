"""The rules for the values of one parameter, by kind."""

import re
from types import MappingProxyType
from typing import Final

from bot.prompts.arguments import Argument, Model
from bot.prompts.diagnostics import Severity, quote
from bot.prompts.parameters import (
    NEEDED,
    NIJI_VERSIONS,
    REMOVED_VERSIONS,
    VERSIONS,
    Kind,
    Parameter,
    Span,
    family,
)
from bot.texts import Text, msg

# Bounded, because int() refuses thousands of digits and no range needs more.
_WHOLE: Final = re.compile(r"0*([0-9]{1,12})")
_DECIMAL: Final = re.compile(r"[0-9]{0,12}\.?[0-9]{1,12}")
RATIO: Final = re.compile(r"0*([0-9]{1,9}):0*([0-9]{1,9})")


def value_problem(argument: Argument, row: Parameter, model: Model) -> tuple[Severity, Text] | None:
    """Check the values by the parameter's kind."""
    severity = severity_of(row, model)
    if not argument.values:
        text = None if row.value_optional else NEEDED.get(row.kind)
        return None if text is None else (severity, about(text, argument, written=True))
    if row.kind is Kind.VERSION:
        text = _version_problem(argument, row)
        return None if text is None else (Severity.ASK, text)
    rule = _RULES.get(row.kind)
    label = model.label if model.is_given else None
    text = None if rule is None else rule(argument, row, label and family(label))
    return None if text is None else (severity, text)


def severity_of(row: Parameter, model: Model) -> Severity:
    """How bad a broken rule of this row is, with this model."""
    return Severity.ASK if model.label in row.unproven else row.severity


def _version_problem(argument: Argument, row: Parameter) -> Text | None:
    """Check a version's number. New ones appear any day, so this only ever warns."""
    number = argument.value.removesuffix(".0")
    if number in row.choices:
        return None
    if row.choices == VERSIONS and number in REMOVED_VERSIONS:
        return REMOVED_VERSIONS[number]
    newest = NIJI_VERSIONS[-1] if row.choices == NIJI_VERSIONS else VERSIONS[-1]
    return msg(
        "I don't know `{parameter}`; the newest version I know is {newest}.",
        parameter=quote(str(argument)),
        newest=newest,
    )


def _whole_problem(argument: Argument, row: Parameter, of_family: str | None) -> Text | None:
    span = _span(row, of_family)
    match = _WHOLE.fullmatch(argument.value)
    if match is not None and int(match.group(1)) in span:
        return None
    return msg(
        "`{parameter}`: choose a whole number from {low} to {high}.",
        parameter=quote(str(argument)),
        low=span.low,
        high=span.high,
    )


def _decimal_problem(argument: Argument, row: Parameter, of_family: str | None) -> Text | None:
    span = _span(row, of_family)
    if _DECIMAL.fullmatch(argument.value) and float(argument.value) in span:
        return None
    return msg(
        "`{parameter}`: choose a number from {low} to {high}.",
        parameter=quote(str(argument)),
        low=span.low,
        high=span.high,
    )


def _span(row: Parameter, of_family: str | None) -> Span:
    span = row.spans.get(of_family or "", row.span)
    assert span is not None
    return span


def _choice_problem(argument: Argument, row: Parameter, of_family: str | None) -> Text | None:
    choices = row.choices_by_family.get(of_family or "", row.choices)
    if plain(argument.value) in choices:
        return None
    return msg(
        "`{parameter}`: choose one of {choices}.",
        parameter=quote(str(argument)),
        choices=", ".join(choices),
    )


def plain(value: str) -> str:
    """Write a number as the table does: "0.50" is ".5"."""
    if "." in value:
        value = value.lstrip("0").rstrip("0").rstrip(".")
    return value.lower()


def _ratio_problem(argument: Argument, row: Parameter, _family: str | None) -> Text | None:
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


def _links_problem(argument: Argument, row: Parameter, _family: str | None) -> Text | None:
    if row.max_values is None or len(argument.values) <= row.max_values:
        return None
    return msg(
        "`{parameter}` takes no more than {limit} of the {count} links.",
        parameter=argument.written,
        limit=row.max_values,
        count=len(argument.values),
    )


def about(hint: Text, argument: Argument, *, written: bool = False, **values: object) -> Text:
    """Fill a sentence of the table."""
    name = argument.written if written else quote(argument.written)
    return Text(hint.template, MappingProxyType({"parameter": name, **values}))


_RULES: Final = MappingProxyType(
    {
        Kind.WHOLE: _whole_problem,
        Kind.DECIMAL: _decimal_problem,
        Kind.CHOICE: _choice_problem,
        Kind.RATIO: _ratio_problem,
        Kind.LINKS: _links_problem,
    }
)
