"""The rules for one parameter by itself; `conflict_rules` has those for several."""

import re
from collections.abc import Iterator
from typing import Final

from bot.domain.texts import Text, msg
from bot.prompts.arguments import Argument, Model, model_flag
from bot.prompts.diagnostics import Diagnostic, Repair, Severity, quote
from bot.prompts.lexer import DASH, EXACT, TAKES_NOTHING
from bot.prompts.models import DEFAULT_VERSION, NIJI_VERSIONS, VERSIONS, family
from bot.prompts.parameters import IMAGES, Kind, Parameter, known
from bot.prompts.parts import Parts
from bot.prompts.scanner import LINK
from bot.prompts.slips import Slip, nearest
from bot.prompts.values import (
    RATIO,
    about,
    asked,
    left_out,
    plain,
    read_instead,
    refused,
    remarked,
    value_problem,
)

_CODE: Final = re.compile(r"(?=.*[0-9])[0-9A-Za-z-]{5,64}")
_SIDES: Final = re.compile(r"([0-9]{1,4}) ([0-9]{1,4})")
_REFERENCES: Final = re.compile(rf"(?:(?:{LINK.pattern}\S*|[0-9]+)(?: |\Z))+")
_LOST_DASHES: Final = re.compile(rf"{DASH}+ (?P<words>.*)", re.DOTALL)
_NUMBERS: Final = frozenset({Kind.WHOLE, Kind.DECIMAL, Kind.RATIO, Kind.VERSION})
_WORDY: Final = frozenset({Kind.LINKS, Kind.IMAGES, Kind.REFERENCES, Kind.CHOICE})


def argument_problems(argument: Argument, parts: Parts) -> Iterator[Diagnostic]:
    """Return what is wrong with one parameter by itself."""
    row, model = argument.row, parts.model
    if row is None:
        yield _unknown(argument)
        return
    if row.kind in {Kind.VIDEO, Kind.GONE}:
        assert row.hint is not None
        yield _useless(argument, row, row.hint)
        return
    value = value_problem(argument, row, model)
    is_known = model.label is None or _works(row, model.label, argument)
    if value is not None and (is_known or value.severity is Severity.REFUSE):
        yield value
    is_doubtful = argument.is_before_prose or (
        argument.is_doubtful and not _is_code(argument, row, model)
    )
    if is_doubtful:
        yield _doubtful(argument, row)
    if row.needs is not None and not parts.has(row.needs):  # in whatever model
        yield asked(argument, _needs(argument, row.needs), left_out(argument))
    elif not is_known and not is_doubtful:
        yield _not_in_model(argument, row, model)
    if is_known and not (is_doubtful and argument.says_no):
        for caution in _cautions(argument, row, model):
            yield remarked(argument, caution)


def _useless(argument: Argument, row: Parameter, hint: Text) -> Diagnostic:
    text = about(hint, argument)
    if row.kind is Kind.VIDEO:
        return refused(argument, text)
    return asked(argument, text, left_out(argument))


def _is_code(argument: Argument, row: Parameter, model: Model) -> bool:
    """Whether the value is a code, which the table cannot list, and the model takes codes."""
    return model.label in row.open_models and _CODE.fullmatch(argument.value) is not None


def _works(row: Parameter, model: str, argument: Argument) -> bool:
    return row.works_with(model, plain(argument.value))


def _unknown(argument: Argument) -> Diagnostic:
    slip = _slip(argument)
    name = quote(argument.written)
    if slip is None:
        text = msg("I don't know `{parameter}`, so I passed it on unchanged.", parameter=name)
        return remarked(argument, text)
    row = known(slip.name)
    stuck = argument.written[len(argument.written) - len(slip.stuck) :]
    is_lost = bool(stuck) and row.kind in TAKES_NOTHING
    meant = f"--{slip.name} {stuck}" if stuck and not is_lost else f"--{slip.name}"
    text = msg(
        "I don't know `{parameter}`. Did you mean `{nearest}`?",
        parameter=name,
        nearest=quote(meant),
    )
    if is_lost and argument.values:  # it may be a word of theirs: `--tile-set of roofs`
        return asked(argument, text)
    return asked(argument, text, read_instead(argument, " ".join((meant, *argument.values))))


def _slip(argument: Argument) -> Slip | None:
    """Return what a name may have been meant to be; a shape tells it by itself."""
    slip = nearest(argument.name)
    is_shape = RATIO.fullmatch(argument.value) is not None
    if is_shape and (slip is None or known(slip.name).kind is not Kind.RATIO):
        return Slip("ar")
    return slip


def _doubtful(argument: Argument, row: Parameter) -> Diagnostic:
    """Ask about words that stand where a value, a link or nothing belongs."""
    values = {"words": quote(argument.value), "parameter": argument.written}
    if argument.is_before_prose:
        text = msg(
            "The words after `{parameter}` don't look like its codes, so I took them as words.",
            **values,
        )
        return asked(argument, text)
    if row.kind in TAKES_NOTHING or argument.says_no:
        return _switched(argument, row)
    if row.for_numbers is not None and _is_within(argument.value, known(row.for_numbers)):
        return asked(argument, _two_meanings(argument, row.for_numbers, row.for_references))
    meant = _meant(argument, row)
    if meant is not None:
        text = msg(
            "`{words}` isn't what `{parameter}` takes. I'd read it as `{meant}`.",
            **values,
            meant=quote(meant),
        )
        return asked(argument, text, read_instead(argument, meant))
    if row.kind in _WORDY and not any(map(str.isdigit, argument.value)):
        text = msg(
            "`{words}` isn't what `{parameter}` takes. I'd leave out `{parameter}` and add this "
            "to the words.",
            **values,
        )
        done = msg("I left out `{parameter}` and added `{words}` to the words.", **values)
        repair = Repair(said=done, drops=argument.start, adds_words=argument.value)
        return asked(argument, text, repair)
    one_value = msg("`{parameter}` takes one value, not `{words}`.", **values)
    other = msg("`{words}` isn't what `{parameter}` takes.", **values)
    return asked(argument, one_value if row.kind in _NUMBERS else other)


def _meant(argument: Argument, row: Parameter) -> str | None:
    """Write what was meant by values that only look wrong, as one types it."""
    sides = _SIDES.fullmatch(argument.value) if row.kind is Kind.RATIO else None
    if sides is not None:
        return f"{argument.written} {':'.join(sides.groups())}"
    if row.for_references is not None and _REFERENCES.fullmatch(argument.value):
        return f"--{row.for_references} {argument.value}"
    if row.value_optional and argument.says_yes:
        return argument.written
    lost = _LOST_DASHES.match(argument.value) if row.kind is Kind.WORDS else None
    if lost is not None and EXACT not in lost["words"].split():
        return f"{argument.written} {lost['words']}"
    return None


def _two_meanings(argument: Argument, *names: str | None) -> Text:
    """Say that either of two other parameters takes this value."""
    one, other = (f"--{name} {argument.value}" for name in names)
    return msg(
        "`{words}` isn't what `{parameter}` takes. Did you mean `{one}` or `{other}`?",
        words=quote(argument.value),
        parameter=argument.written,
        one=one,
        other=other,
    )


def _is_within(value: str, row: Parameter) -> bool:
    """Whether this is a number that the parameter takes."""
    return row.span is not None and value.isdecimal() and int(value) in row.span


def _switched(argument: Argument, row: Parameter) -> Diagnostic:
    """Ask about a yes or a no that is no value."""
    if argument.says_no and row.kind not in TAKES_NOTHING:
        text = msg(
            "`{words}` isn't what `{parameter}` takes. I'd leave it out.",
            words=quote(argument.value),
            parameter=argument.written,
        )
        return asked(argument, text, left_out(argument))
    if argument.says_no:
        text = msg(
            "There's no `{parameter}`; it's off when it isn't there. I'd leave it out.",
            parameter=quote(str(argument)),
        )
        return asked(argument, text, left_out(argument))
    text = msg(
        "`{parameter}` takes no value. I'd write only `{name}`.",
        parameter=quote(str(argument)),
        name=argument.written,
    )
    return asked(argument, text, read_instead(argument, argument.written))


def _not_in_model(argument: Argument, row: Parameter, model: Model) -> Diagnostic:
    """Say that the model lacks the parameter, and what can be done about it."""
    name = quote(str(argument) if row.models_by_value else argument.written)
    successor = row.successors.get(family(model.label or DEFAULT_VERSION))
    if successor is not None:
        return _succeeded(argument, successor, model)
    values = {"parameter": name, "model": model.flag, "other": model_flag(_newest(row, argument))}
    if any(map(LINK.match, argument.values)):  # without that picture, another one would come of it
        given = msg(
            "`{parameter}` doesn't work with `{model}`, only with models such as `{other}`.",
            **values,
        )
        newest = msg(
            "`{parameter}` doesn't work with the newest version, only with models such as "
            "`{other}`.",
            **values,
        )
        return asked(argument, given if model.is_given else newest)
    given = msg(
        "`{parameter}` doesn't work with `{model}`, only with models such as `{other}`. "
        "I'd leave it out.",
        **values,
    )
    newest = msg(
        "`{parameter}` doesn't work with the newest version, only with models such as "
        "`{other}`. I'd leave it out.",
        **values,
    )
    return asked(argument, given if model.is_given else newest, left_out(argument))


def _succeeded(argument: Argument, successor: str, model: Model) -> Diagnostic:
    row = known(successor)
    values = {"parameter": argument.written, "model": model.flag, "successor": f"--{successor}"}
    is_fitting = row.max_values is None or len(argument.values) <= row.max_values
    if not is_fitting or argument.is_doubtful:
        text = msg(
            "`{parameter}` doesn't work with `{model}`; `{successor}` took its place.", **values
        )
        return asked(argument, text)
    text = msg(
        "`{parameter}` doesn't work with `{model}`; `{successor}` took its place. I'd use that.",
        **values,
    )
    instead = " ".join((f"--{successor}", *argument.values))
    return asked(argument, text, read_instead(argument, instead))


def _newest(row: Parameter, argument: Argument) -> str:
    newest_first = (*VERSIONS[::-1], *(f"niji {number}" for number in NIJI_VERSIONS[::-1]))
    known = [model for model in newest_first if _works(row, model, argument)]
    return next((model for model in known if model not in row.cautions), known[0])


def _needs(argument: Argument, needed: str) -> Text:
    if needed == IMAGES:
        return msg(
            "`{parameter}` does nothing without an image at the start. I'd leave it out.",
            parameter=argument.written,
        )
    return msg(
        "`{parameter}` does nothing without `{needed}`. I'd leave it out.",
        parameter=argument.written,
        needed=f"--{needed}",
    )


def _cautions(argument: Argument, row: Parameter, model: Model) -> Iterator[Text]:
    if row.caution is not None and argument.value not in row.off_values:
        yield row.caution
    for label in {model.label, model.label and family(model.label)}:
        if label is not None and label in row.cautions:
            yield row.cautions[label]
