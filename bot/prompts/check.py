"""The rules a prompt is held to. Each returns diagnostics; none changes anything.

What is wrong in every version is refused. The person is asked about what the chosen version does
not know, and about what is probably a mistake. See `parameters`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.texts import Text, msg
from bot.prompts.arguments import Argument, Model, Source, model_flag
from bot.prompts.diagnostics import Diagnostic, Repair, Severity, quote
from bot.prompts.lexer import TAKES_NOTHING
from bot.prompts.parameters import (
    DEFAULT_VERSION,
    DISPUTED_WEIGHT_MODELS,
    IMAGES,
    NIJI_VERSIONS,
    VERSIONS,
    WEIGHT_MODELS,
    Conflict,
    Kind,
    Parameter,
    family,
    known,
)
from bot.prompts.scanner import LINK
from bot.prompts.slips import nearest
from bot.prompts.values import (
    OFF,
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

# Possessive: half of a number is none.
_WEIGHT: Final = r"(-?+(?:[0-9]++(?:\.[0-9]++)?+|\.[0-9]++))"
WEIGHT: Final = re.compile(rf"(?<=\S)\s?::(?:{_WEIGHT}|(?=\s|\Z))")
LAST_WEIGHT: Final = re.compile(rf"::(?:{_WEIGHT})?\Z")
INNER_LINK: Final = re.compile(r"(?<!\S)https?://[^\s<>,;]\S*", re.IGNORECASE)
_CODE: Final = re.compile(r"(?=.*[0-9])[0-9A-Za-z-]{5,64}")
_SIDES: Final = re.compile(r"([0-9]{1,4}) ([0-9]{1,4})")
_REFERENCES: Final = re.compile(rf"(?:(?:{LINK.pattern}\S*|[0-9]+)(?: |\Z))+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A prompt taken apart, as the rules see it."""

    images: Sequence[str]
    words: str  # of the text
    places: Sequence[tuple[int, int]]  # where these words stand in the source
    source: str
    arguments: Sequence[Argument]
    model: Model

    def named(self, name: str) -> Argument | None:
        """Return the argument of that canonical name."""
        return next((each for each in self.arguments if each.name == name), None)


def problems(parts: Parts) -> Iterator[Diagnostic]:
    """Return everything that is wrong with the prompt, or may be."""
    yield from _text_problems(parts)
    yield from _weight_problems(parts)
    for argument in parts.arguments:
        yield from argument_problems(argument, parts)
    yield from conflict_problems(parts)


# ── The text ────────────────────────────────────────────────────────────────────────────────────


def _text_problems(parts: Parts) -> Iterator[Diagnostic]:
    if not parts.words:
        yield from _missing_text(parts)
    elif "://" in parts.words and INNER_LINK.search(parts.words):
        text = msg(
            "An image link works only at the start of the prompt, before the words. I'd move it."
        )
        moved = msg("I moved the image link to the start of the prompt.")
        yield _ask(parts, INNER_LINK, text, Repair(said=moved, moves_links=True))


def _missing_text(parts: Parts) -> Iterator[Diagnostic]:
    if len(parts.images) > 1:
        return
    if parts.images:
        text = msg("One image link alone isn't enough; add words or a second link.")
    elif parts.arguments:
        text = msg("Write what you want to see, before the parameters.")
    else:
        text = msg("The prompt is empty; write what you want to see.")
    yield Diagnostic(severity=Severity.REFUSE, start=0, end=len(parts.source), text=text)


def _weight_problems(parts: Parts) -> Iterator[Diagnostic]:
    """Check multi-prompt weights: `cat::2 dog::-.5`; a part without a number weighs 1."""
    words = INNER_LINK.sub("", parts.words) if "://" in parts.words else parts.words
    weights = WEIGHT.findall(words) if "::" in words else []
    weights += [match[1] for link in parts.images if (match := LAST_WEIGHT.search(link))]
    if not weights:
        return
    total = sum(float(weight or 1) for weight in weights)
    is_all_weighed = not words or LAST_WEIGHT.match(words.rstrip(), max(words.rfind("::"), 0))
    if total + (0 if is_all_weighed else 1) <= 0:
        text = msg("The weights must add up to more than 0.")
        start, end = _place(parts, WEIGHT)
        yield Diagnostic(severity=Severity.REFUSE, start=start, end=end, text=text)
    elif parts.model.label in DISPUTED_WEIGHT_MODELS:
        text = msg("Weights such as `::2` may do nothing with this version; they work up to 6.1.")
        start, end = _place(parts, WEIGHT)
        yield Diagnostic(severity=Severity.REMARK, start=start, end=end, text=text)
    elif parts.model.label is not None and parts.model.label not in WEIGHT_MODELS:
        yield _useless_weights(parts, has_negative="::-" in words)


def _useless_weights(parts: Parts, *, has_negative: bool) -> Diagnostic:
    if has_negative:  # without its weight, what should be less would be there
        text = msg("Weights such as `::2` do nothing with this version; they work up to 6.1.")
        return _ask(parts, WEIGHT, text, None)
    text = msg(
        "Weights such as `::2` do nothing with this version; they work up to 6.1. "
        "I'd write the words without them."
    )
    done = msg("I wrote the words without weights.")
    return _ask(parts, WEIGHT, text, Repair(said=done, drops_weights=True))


def _ask(parts: Parts, pattern: re.Pattern[str], text: Text, repair: Repair | None) -> Diagnostic:
    start, end = _place(parts, pattern)
    return Diagnostic(severity=Severity.ASK, start=start, end=end, text=text, repair=repair)


def _place(parts: Parts, pattern: re.Pattern[str]) -> tuple[int, int]:
    """Find where the words first look like that; the last stretch of them if nowhere."""
    for start, end in parts.places:
        match = pattern.search(parts.source, start, end)
        if match is not None:
            return match.span()
    return parts.places[-1] if parts.places else (0, len(parts.source))


# ── One parameter ───────────────────────────────────────────────────────────────────────────────


def argument_problems(argument: Argument, parts: Parts) -> Iterator[Diagnostic]:
    """Return what is wrong with one parameter by itself; see `conflict_problems` for pairs."""
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
    if row.needs is not None and not _has(row.needs, parts):  # in whatever model
        yield asked(argument, _needs(argument, row.needs), left_out(argument))
    elif not is_known and not is_doubtful:
        yield _not_in_model(argument, row, model)
    if is_known:
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
    slip = nearest(argument.name)
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


def _doubtful(argument: Argument, row: Parameter) -> Diagnostic:
    """Ask about words that stand where a value, a link or nothing belongs."""
    values = {"words": quote(argument.value), "parameter": argument.written}
    if argument.is_before_prose:
        text = msg(
            "The words after `{parameter}` don't look like its codes, so I took them as words.",
            **values,
        )
        return asked(argument, text)
    if row.kind in TAKES_NOTHING:
        return _switched(argument)
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
    if row.kind in _NUMBERS:
        return asked(argument, msg("`{parameter}` takes one value, not `{words}`.", **values))
    return asked(argument, msg("`{words}` isn't what `{parameter}` takes.", **values))


_NUMBERS: Final = frozenset({Kind.WHOLE, Kind.DECIMAL, Kind.RATIO, Kind.VERSION})
_WORDY: Final = frozenset({Kind.LINKS, Kind.IMAGES, Kind.REFERENCES, Kind.CHOICE})


def _meant(argument: Argument, row: Parameter) -> str | None:
    """Write what was meant by values that only look wrong, as one types it."""
    sides = _SIDES.fullmatch(argument.value) if row.kind is Kind.RATIO else None
    if sides is not None:
        return f"{argument.written} {':'.join(sides.groups())}"
    if row.for_references is not None and _REFERENCES.fullmatch(argument.value):
        return f"--{row.for_references} {argument.value}"
    return None


def _switched(argument: Argument) -> Diagnostic:
    word = argument.value.rstrip(",.;!").lower()
    if word in OFF:
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


def _has(needed: str, parts: Parts) -> bool:
    return bool(parts.images) if needed == IMAGES else parts.named(needed) is not None


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


# ── Parameters together ─────────────────────────────────────────────────────────────────────────


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
    return _has(conflict.other, parts)


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
