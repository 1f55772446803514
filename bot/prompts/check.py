"""The rules a prompt is held to. Each gives diagnostics; none changes anything.

Only what is known first-hand blocks; the rest warns. See `parameters`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from bot.prompts.arguments import Argument, Model
from bot.prompts.diagnostics import Diagnostic, Severity, quote
from bot.prompts.lexer import Word
from bot.prompts.parameters import (
    DEFAULT_VERSION,
    IMAGES,
    NIJI_VERSIONS,
    OFFICIAL_NAMES,
    VERSIONS,
    WEIGHT_MODELS,
    Conflict,
    Kind,
    Parameter,
    family,
)
from bot.prompts.scanner import LINK
from bot.prompts.values import RATIO, about, plain, severity_of, value_problem
from bot.texts import Text, msg

_WEIGHT: Final = re.compile(r"::(?:(-?(?:[0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9}))|\Z)")
_LONGEST_TYPO: Final = 16  # longer names are no slips of the finger


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A prompt taken apart, as the rules see it."""

    images: tuple[str, ...]
    words: Sequence[Word]  # of the text
    arguments: Sequence[Argument]
    model: Model
    end: int  # length of the original text

    def named(self, name: str) -> Argument | None:
        """Give the argument of that canonical name."""
        return next((each for each in self.arguments if each.name == name), None)


def problems(parts: Parts) -> Iterator[Diagnostic]:
    """Give everything that is wrong with the prompt, or may be."""
    yield from _text_problems(parts)
    yield from _weight_problems(parts)
    for argument in parts.arguments:
        yield from _argument_problems(argument, parts)
    yield from _conflict_problems(parts)


# ── The text ────────────────────────────────────────────────────────────────────────────────────


def _text_problems(parts: Parts) -> Iterator[Diagnostic]:
    if not parts.words:
        yield from _missing_text(parts)
    for word in parts.words:
        if LINK.match(word.text):
            text = msg("An image link works only at the start of the prompt, before the words.")
            yield _diagnostic(Severity.ASK, word.start, word.end, text)


def _missing_text(parts: Parts) -> Iterator[Diagnostic]:
    if len(parts.images) > 1:
        return
    if parts.images:
        text = msg("One image link alone is not enough; add words or a second link.")
    elif parts.arguments:
        text = msg("Write what you want to see, before the parameters.")
    else:
        text = msg("The prompt is empty; write what you want to see.")
    yield _diagnostic(Severity.REFUSE, 0, parts.end, text)


def _weight_problems(parts: Parts) -> Iterator[Diagnostic]:
    """Check multi-prompt weights: `cat::2 dog::-.5`; a part without a number weighs 1."""
    found = [
        (word, match)
        for word in parts.words
        if not LINK.match(word.text)
        for match in _WEIGHT.finditer(word.text)
    ]
    model = parts.model
    if not found or model.label is None:
        return
    first, last = found[0][0], found[-1][0]
    if model.label not in WEIGHT_MODELS:
        text = msg("Weights such as `::2` do nothing with this version; they work up to 6.1.")
        yield _diagnostic(Severity.ASK, first.start, first.end, text)
        return
    total = sum(float(match.group(1) or 1) for _, match in found)
    ends_with_weight = last is parts.words[-1] and found[-1][1].end() == len(last.text)
    if total + (0 if ends_with_weight else 1) <= 0:
        text = msg("The weights must add up to more than 0.")
        yield _diagnostic(Severity.REFUSE, first.start, last.end, text)


# ── One parameter ───────────────────────────────────────────────────────────────────────────────


def _argument_problems(argument: Argument, parts: Parts) -> Iterator[Diagnostic]:
    row, model = argument.row, parts.model
    if row is None:
        yield _unknown(argument)
        return
    if row.kind in {Kind.VIDEO, Kind.GONE}:
        assert row.hint is not None
        yield _at(argument, row.severity, about(row.hint, argument))
        return
    is_supported = model.label is None or row.works_with(model.label, argument.value)
    if not is_supported:
        yield _not_in_model(argument, row, model)
    if is_supported or not model.is_given:
        yield from _value_problems(argument, row, model)
    if row.needs is not None and not _has(row.needs, parts):
        yield _at(argument, severity_of(row, model), _needs(argument, row.needs))
    for caution in _cautions(row, model):
        yield _at(argument, Severity.REMARK, caution)


def _value_problems(argument: Argument, row: Parameter, model: Model) -> Iterator[Diagnostic]:
    wrong = value_problem(argument, row, model)
    if wrong is not None:
        severity, text = wrong
        yield _at(argument, severity, text)


def _unknown(argument: Argument) -> Diagnostic:
    nearest = _nearest(argument.name[: _LONGEST_TYPO + 1])
    name = quote(argument.written)
    if nearest is None:
        text = msg("I don't know `{parameter}`; I pass it on as it is.", parameter=name)
        return _at(argument, Severity.REMARK, text)
    text = msg(
        "I don't know `{parameter}`. Did you mean `{nearest}`?",
        parameter=name,
        nearest=f"--{nearest}",
    )
    fix = " ".join((f"--{nearest}", *argument.values))
    return _at(argument, Severity.ASK, text, fix=fix)


@lru_cache(maxsize=256)
def _nearest(name: str) -> str | None:
    """Give the known name that `name` is most likely a slip of."""
    if len(name) > _LONGEST_TYPO:
        return None
    candidates = sorted(known for known in OFFICIAL_NAMES if len(known) > 1)
    return next(iter(get_close_matches(name, candidates, n=1, cutoff=0.65)), None)


def _not_in_model(argument: Argument, row: Parameter, model: Model) -> Diagnostic:
    """Say that the model lacks the parameter. Without `--v` that is a guess, so it only warns."""
    label = model.label or DEFAULT_VERSION
    name = argument.written
    if not model.is_given:
        text = msg(
            "`{parameter}` does not work with the newest version; add `{model}` for it.",
            parameter=name,
            model=_model_flag(_newest(row)),
        )
        return _at(argument, Severity.ASK, text)
    flag = _model_flag(label)
    hint = row.hints.get(family(label))
    if hint is not None:
        return _at(argument, row.severity, about(hint, argument, model=flag))
    text = msg(
        "`{parameter}` does not work with `{model}`; leave it out or use `{other}`.",
        parameter=name,
        model=flag,
        other=_model_flag(_newest(row)),
    )
    return _at(argument, row.severity, text)


def _newest(row: Parameter) -> str:
    newest_first = (*VERSIONS[::-1], *(f"niji {number}" for number in NIJI_VERSIONS[::-1]))
    return next(model for model in newest_first if model in row.models)


def _model_flag(label: str) -> str:
    """Write a model as one types it: "--v 7", "--niji 6"."""
    return f"--{label}" if label.startswith("niji") else f"--v {label}"


def _has(needed: str, parts: Parts) -> bool:
    return bool(parts.images) if needed == IMAGES else parts.named(needed) is not None


def _needs(argument: Argument, needed: str) -> Text:
    if needed == IMAGES:
        return msg(
            "`{parameter}` needs an image link at the start of the prompt.",
            parameter=argument.written,
        )
    return msg(
        "`{parameter}` works only together with `{needed}`.",
        parameter=argument.written,
        needed=f"--{needed}",
    )


def _cautions(row: Parameter, model: Model) -> Iterator[Text]:
    if row.caution is not None:
        yield row.caution
    if model.label is not None and family(model.label) in row.cautions:
        yield row.cautions[family(model.label)]


# ── Parameters together ─────────────────────────────────────────────────────────────────────────


def _conflict_problems(parts: Parts) -> Iterator[Diagnostic]:
    """Report each pair that does not go together once, as severely as its rows allow."""
    seen: set[frozenset[str]] = set()
    rows = [(each, each.row) for each in parts.arguments if each.row is not None]
    for argument, row in sorted(rows, key=lambda pair: pair[1].severity is not Severity.REFUSE):
        for conflict in row.conflicts:
            pair = frozenset({row.name, conflict.other})
            if pair not in seen and _is_met(argument, conflict, parts):
                seen.add(pair)
                yield _at(argument, row.severity, _clash(argument, conflict, parts))
    yield from _wide_problem(parts)


def _is_met(argument: Argument, conflict: Conflict, parts: Parts) -> bool:
    if conflict.value is not None and plain(argument.value) != conflict.value:
        return False
    return _has(conflict.other, parts)


def _clash(argument: Argument, conflict: Conflict, parts: Parts) -> Text:
    one = quote(str(argument) if conflict.value is not None else argument.written)
    other = parts.named(conflict.other)
    if other is None:
        return msg("`{parameter}` does not go with image links; leave one out.", parameter=one)
    return msg(
        "`{parameter}` and `{other}` do not go together; leave one out.",
        parameter=one,
        other=other.written,
    )


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
            yield _at(aspect, row.severity, text)


# ── Diagnostics ─────────────────────────────────────────────────────────────────────────────────


def _at(argument: Argument, severity: Severity, text: Text, fix: str | None = None) -> Diagnostic:
    return _diagnostic(severity, argument.start, argument.end, text, fix)


def _diagnostic(
    severity: Severity, start: int, end: int, text: Text, fix: str | None = None
) -> Diagnostic:
    return Diagnostic(severity=severity, start=start, end=end, text=text, fix=fix)
