"""Parameters put right: one spelling, tidy values, each given once. Every change leaves a note."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum, auto
from fractions import Fraction
from typing import Final

from bot.domain.texts import msg
from bot.prompts.diagnostics import Diagnostic, quote, read_as, remark
from bot.prompts.lexer import DASH, LEADS, OPENERS, PUNCTUATION, TAKES_NOTHING, Marker
from bot.prompts.models import (
    DEFAULT_NIJI,
    DEFAULT_VERSION,
    NIJI_VERSIONS,
    REMOVED_VERSIONS,
    VERSIONS,
)
from bot.prompts.parameters import OFFICIAL_NAMES, Kind, Parameter, known
from bot.prompts.scanner import LINK, Found

_NO: Final = frozenset({"false", "no", "none", "off", "0"})
_YES: Final = frozenset({"true", "yes", "on"})
_AFTER_LINK = "<>,;.!?"
_AFTER_WORDS = ",.;- "
# At most nine digits: more never makes sense, and ten thousand would make int() refuse.
_SIDE = r"([0-9]{1,9}(?:\.[0-9]{1,6})?)"
_SIGN = "[:;x*/\N{MULTIPLICATION SIGN}\N{RATIO}\N{FULLWIDTH COLON}]"
_BETWEEN = f"(?:by|{_SIGN}|{DASH})"
_RATIO = re.compile(f"{_SIDE}{_BETWEEN}{_SIDE}", re.IGNORECASE)
_PARTNERS: Final = {")": "(", "]": "[", "”": "“„", "»": "«", ">": "<", "’": "‘"}  # noqa: RUF001
_PAIRED_MARKS: Final = '"*_~|`'
_CLOSERS = "".join(_PARTNERS) + _PAIRED_MARKS + "'"
_QUOTE_OPENS = re.compile(r"(?<!\w)'(?=\w)")
_QUOTE_CLOSES = re.compile(r"(?<=\S)'(?!\w)")
# Of these the name alone says nothing worth a remark; what becomes of them is said elsewhere.
_LEAVE: Final = frozenset(
    {Kind.MODE, Kind.SPEED, Kind.VISIBILITY, Kind.IMAGES, Kind.COMMAND, Kind.PROMPT}
)


class Source(Enum):
    """Where a parameter comes from."""

    TYPED = auto()  # in the prompt
    OPTION = auto()  # beside it
    DEFAULT = auto()  # of a preset or the settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One parameter of a prompt and its values."""

    name: str  # canonical; for an unknown parameter what was typed, in lower case
    written: str  # as the provider gets it: "--ar"
    values: tuple[str, ...] = ()
    row: Parameter | None  # None: the table does not know it
    start: int
    end: int
    source: Source = Source.TYPED
    is_doubtful: bool = False  # its values are not what it takes, or more than it takes
    is_before_prose: bool = False  # it has no value, and the words behind it may be meant as one
    closers: str = ""  # brackets and quotes that stood at its end and were opened elsewhere

    def __str__(self) -> str:
        """Return it as the provider gets it: "--ar 16:9"."""
        return " ".join((self.written, *self.values))

    @property
    def value(self) -> str:
        """Its values as one text; empty for a flag."""
        return " ".join(self.values)

    @property
    def says_no(self) -> bool:
        """Whether its value is a no, which is left out instead."""
        return self.value.rstrip(",.;!").lower() in _NO

    @property
    def says_yes(self) -> bool:
        """Whether its value is a yes, which it needs not."""
        return self.value.rstrip(",.;!").lower() in _YES

    @property
    def leaves(self) -> bool:
        """Whether it is left out of what the provider gets."""
        return self.row is not None and self.row.kind in _LEAVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The model a prompt asks for."""

    label: str | None  # as in the table, "7" or "niji 7"; None: not in the table
    is_given: bool = True  # otherwise Midjourney's default, which may not be the provider's

    @property
    def flag(self) -> str:
        """Write it as one types it: "--v 7", "--niji 6"."""
        return model_flag(self.label or DEFAULT_VERSION)


def model_flag(label: str) -> str:
    """Write a model as one types it."""
    return f"--{label}" if label.startswith("niji") else f"--v {label}"


def tidy(found: Found, source: str, notes: list[Diagnostic]) -> Argument:
    """Correct one parameter; add to `notes` what was changed."""
    marker, taken = found.marker, found.taken
    row = marker.row
    if row is None:
        written = source[marker.start : marker.end]
        return _argument(found, marker.name, written, taken.values)
    written = _official(marker, row)
    _note_name(found, written, source, notes)
    values, closers = _tidy_values(found, row, notes)
    closers = source[marker.end : marker.value_at] + closers
    closers = _unopened("".join(sign for sign in closers if sign in _CLOSERS), taken.lead)
    argument = replace(_argument(found, row.name, written, values), closers=closers)
    return _niji(argument, notes) if row.name == "version" else argument


def _argument(found: Found, name: str, written: str, values: tuple[str, ...]) -> Argument:
    return Argument(
        name=name,
        written=written,
        values=values,
        row=found.marker.row,
        start=found.start,
        end=found.end,
        is_doubtful=found.taken.is_doubtful,
        is_before_prose=found.taken.is_before_prose,
    )


def _niji(argument: Argument, notes: list[Diagnostic]) -> Argument:
    """Read `--v niji 6`, as the option would have it, as the parameter that it is."""
    if not argument.value.lower().startswith("niji") or argument.is_doubtful:
        return argument
    values = tuple(argument.value[len("niji") :].lstrip("-_").split())
    niji = replace(argument, name="niji", written="--niji", values=values, row=known("niji"))
    notes.append(read_as(argument.start, argument.end, str(argument), str(niji)))
    return niji


def model_of(arguments: Iterable[Argument]) -> Model:
    """Return which model the arguments choose; the last one counts."""
    chosen = Model(label=DEFAULT_VERSION, is_given=False)
    for argument in arguments:
        if argument.name == "niji":
            number = (argument.value or DEFAULT_NIJI).removesuffix(".0")
            chosen = Model(label=f"niji {number}" if number in NIJI_VERSIONS else None)
        elif argument.name == "version":
            number = argument.value.removesuffix(".0")
            number = REMOVED_VERSIONS.get(number, number)
            chosen = Model(label=number if number in VERSIONS else None)
    return chosen


def modernised(
    arguments: Sequence[Argument], model: Model, notes: list[Diagnostic]
) -> list[Argument]:
    """Write `--style raw` as `--raw` where the model is of version 8."""
    if model.label is None or not model.label.startswith("8"):
        return list(arguments)
    raw, result = known("raw"), []
    for argument in arguments:
        if argument.name == "style" and argument.value.lower() == "raw":
            notes.append(read_as(argument.start, argument.end, "--style raw", "--raw"))
            result.append(replace(argument, name="raw", written="--raw", values=(), row=raw))
        else:
            result.append(argument)
    return result


def without_repeats(arguments: Sequence[Argument], notes: list[Diagnostic]) -> list[Argument]:
    """Keep each known parameter once: `--no` lists are joined, otherwise the last one counts.

    Options stand behind what was typed, so they win, and the sentence says so.
    """
    kept: dict[str, Argument] = {}
    for number, argument in enumerate(arguments):
        if argument.row is None:
            kept[f"{argument.name} {number}"] = argument
            continue
        earlier = kept.pop(argument.name, None)
        if earlier is not None and argument.row.kind is Kind.WORDS:
            kept[argument.name] = _joined(earlier, argument, notes)
            continue
        if earlier is not None:
            notes += replaced(earlier, argument)
        kept[argument.name] = argument
    return list(kept.values())


def replaced(earlier: Argument, later: Argument) -> list[Diagnostic]:
    """Say that `later` stands in the place of `earlier`; an option that agrees says nothing."""
    used, dropped = quote(str(later)), quote(str(earlier))
    if later.source is Source.TYPED or earlier.source is Source.OPTION:
        text = msg(
            "`{parameter}` is there more than once; I used the last one, `{used}`.",
            parameter=later.written,
            used=used,
        )
    elif used == dropped:
        return []
    else:
        text = msg("Used the option: `{used}`, not `{dropped}`.", used=used, dropped=dropped)
    return [remark(earlier.start, earlier.end, text)]


def _unopened(closers: str, lead: str) -> str:
    """Leave out closing signs whose opening sign stands right before the value."""
    return closers[: max(len(closers) - sum(sign in OPENERS for sign in lead), 0)]


def _official(marker: Marker, row: Parameter) -> str:
    is_kept = marker.name in OFFICIAL_NAMES or row.kind is Kind.VISIBILITY
    return f"--{marker.name if is_kept else row.written}"


def _note_name(found: Found, written: str, source: str, notes: list[Diagnostic]) -> None:
    """Add a note if the name was corrected; differences in case alone need none."""
    marker = found.marker
    end, read = marker.value_at, written
    if marker.row is not None and marker.row.kind in TAKES_NOTHING and found.taken.values:
        return  # what is said of its value shows the name too
    if (
        found.taken.values
        and end < len(source)
        and not source[end].isspace()
        and not found.taken.lead
    ):
        first = found.taken.values[0]
        if source.startswith(first, end):
            end, read = end + len(first), f"{written} {first}"
    typed = marker.dashes + source[marker.start : end]
    if typed.lower() == read.lower():
        if marker.is_mended:
            text = msg("I put a space before `{parameter}`.", parameter=written)
            notes.append(remark(found.start, end, text))
        return
    assert marker.row is not None
    if not marker.is_mended and marker.row.kind in _LEAVE:
        return
    notes.append(read_as(found.start, end, typed, read))


def _tidy_values(
    found: Found, row: Parameter, notes: list[Diagnostic]
) -> tuple[tuple[str, ...], str]:
    """Return the values without what does not belong to them, and the signs that closed them."""
    values = found.taken.values
    if row.kind is Kind.WORDS:
        return _tidy_words(found, notes)
    if found.taken.is_doubtful:
        return (" ".join(values),), ""
    tidied = tuple(_tidy_value(row.kind, value) for value in values)
    for value, read in zip(values, tidied, strict=True):
        if value != read:
            notes.append(read_as(found.start, found.end, value, read))
    if found.taken.is_parted:
        text = msg(
            "I put only spaces between the values of `{parameter}`.", parameter=f"--{row.written}"
        )
        notes.append(remark(found.start, found.end, text))
    cut = "".join(value[len(value.rstrip(PUNCTUATION)) :] for value in values)
    return tidied, cut if row.kind is not Kind.LINKS else ""


def _tidy_words(found: Found, notes: list[Diagnostic]) -> tuple[tuple[str, ...], str]:
    """Make one list of the words, without punctuation at its end."""
    typed = " ".join(found.taken.values)
    tidied, closers = typed.rstrip(_AFTER_WORDS), ""
    while tidied and is_lopsided(tidied, tidied[-1]):
        closers = tidied[-1] + closers
        tidied = tidied[:-1].rstrip(_AFTER_WORDS)
    if tidied and tidied != typed:
        at = tidied.rfind(" ") + 1  # the last word says enough
        notes.append(read_as(found.start, found.end, typed[at:], tidied[at:]))
    return (tidied,) if tidied else (), closers


def is_lopsided(text: str, closer: str) -> bool:
    """Whether this closing sign at the end of `text` has no opening sign in it."""
    if closer in _PARTNERS:
        opened = sum(text.count(sign) for sign in _PARTNERS[closer])
        return text.count(closer) > opened and closer != "’"  # noqa: RUF001 - an apostrophe
    return closer in _PAIRED_MARKS and text.count(closer) % 2 == 1


def closed(words: str, closers: str) -> str:
    """Close in the words what was opened in them and closed behind a parameter: on both sides.

    Nothing between the two: both go.
    """
    for match in re.finditer(r"(.)\1*", closers):
        run, sign = match.group(), match[1]
        openers = [opener * len(run) for opener in _PARTNERS.get(sign, sign)]
        ending = next((opener for opener in openers if words.endswith(opener)), None)
        if not _is_open(words, run, openers):
            continue
        words = words[: -len(ending)].rstrip() if ending else words + run
    return words


def _is_open(words: str, run: str, openers: Sequence[str]) -> bool:
    if run[0] == "'":  # most of them are apostrophes
        return len(_QUOTE_OPENS.findall(words)) > len(_QUOTE_CLOSES.findall(words))
    if run[0] not in _PARTNERS:
        return words.count(run) % 2 == 1
    return sum(map(words.count, openers)) > words.count(run)


def _tidy_value(kind: Kind, value: str) -> str:
    if LINK.match(value):
        return value.strip(_AFTER_LINK)
    value = value.rstrip(PUNCTUATION)
    if kind in {Kind.CODES, Kind.REFERENCES}:
        return value.lstrip(LEADS + PUNCTUATION)
    if kind is Kind.VERSION:
        return _version(value)
    return _whole_ratio("".join(value.split())) if kind is Kind.RATIO else value


def _version(value: str) -> str:
    """Write a version as the table does: `v7` → `7`, `7.0` → `7`."""
    number = value[1:] if value[:1] in {"v", "V"} else value
    whole = number.removesuffix(".0")
    return whole if whole in VERSIONS or whole in NIJI_VERSIONS else number


def _whole_ratio(value: str) -> str:
    """Write a ratio with a colon and whole numbers: `16x9` → `16:9`, `2.35:1` → `47:20`."""
    match = _RATIO.fullmatch(value)
    if match is None:
        return value
    width, height = match.groups()
    if "." not in value:
        return f"{width}:{height}"
    if not float(width) or not float(height):
        return value
    ratio = Fraction(Decimal(width)) / Fraction(Decimal(height))
    return f"{ratio.numerator}:{ratio.denominator}"


def _joined(earlier: Argument, later: Argument, notes: list[Diagnostic]) -> Argument:
    """Join two `--no` lists in the place of the later one; of `--no none` nothing is left."""
    for lone, other in ((earlier, later), (later, earlier)):
        if lone.is_doubtful and lone.says_no:
            text = msg("I left out `{parameter}`.", parameter=quote(str(lone)))
            notes.append(remark(lone.start, lone.end, text))
            return other
    text = msg("I joined the `{parameter}` lists.", parameter=later.written)
    notes.append(remark(later.start, later.end, text))
    values = [value for value in (earlier.value, later.value) if value]
    return replace(
        later,
        values=(", ".join(values),) if values else (),
        is_doubtful=earlier.is_doubtful or later.is_doubtful,
    )
