"""Parameters put right: one spelling, tidy values, each given once. Every change is said."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from bot.prompts.diagnostics import Diagnostic, Severity, quote
from bot.prompts.lexer import PUNCTUATION, Marker, Word
from bot.prompts.parameters import (
    DEFAULT_NIJI,
    DEFAULT_VERSION,
    NIJI_VERSIONS,
    OFFICIAL_NAMES,
    VERSIONS,
    Kind,
    Parameter,
    find,
)
from bot.prompts.scanner import LINK, Found
from bot.texts import Text, msg

_AFTER_LINK = "<>,;"
_AFTER_WORDS = ",.; "
# At most nine digits: more never makes sense, and ten thousand would make int() refuse.
_SIDE = r"([0-9]{1,9}(?:\.[0-9]{1,6})?)"
_BETWEEN = "[:x/\N{MULTIPLICATION SIGN}\N{RATIO}\N{FULLWIDTH COLON}]"
_RATIO = re.compile(f"{_SIDE}{_BETWEEN}{_SIDE}", re.IGNORECASE)
_VALUE_LISTS: Final = frozenset({Kind.LINKS, Kind.REFERENCES, Kind.CODES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One parameter of a prompt and its values."""

    name: str  # canonical; for an unknown parameter what was typed, in lower case
    written: str  # as the provider gets it: "--ar"
    values: tuple[str, ...] = ()
    row: Parameter | None  # None: the table does not know it
    start: int
    end: int
    parts: tuple[Word, ...] = field(default=(), repr=False)  # the words it was written with

    def __str__(self) -> str:
        """Give it as the provider gets it: "--ar 16:9"."""
        return " ".join((self.written, *self.values))

    @property
    def value(self) -> str:
        """Its values as one text; empty for a flag."""
        return " ".join(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The model a prompt asks for."""

    label: str | None  # as in the table, "7" or "niji 7"; None: not in the table
    is_given: bool = True  # otherwise Midjourney's default, which may not be the provider's


def tidy(found: Found, source: str, notes: list[Diagnostic]) -> Argument:
    """Put one parameter right; what was changed goes into `notes`."""
    marker = found.marker
    row = marker.row
    if row is None:
        name, written = marker.name, marker.word.text
        values = tuple(word.text for word in found.words)
    else:
        name, written = row.name, _official(marker, row)
        values = _tidy_values(row, found.words, notes)
        _note_name(marker, written, source, notes)
    return Argument(
        name=name,
        written=written,
        values=values,
        row=row,
        start=found.start,
        end=found.end,
        parts=found.parts,
    )


def model_of(arguments: Iterable[Argument]) -> Model:
    """Tell which model the arguments choose; the last one counts."""
    chosen = Model(label=DEFAULT_VERSION, is_given=False)
    for argument in arguments:
        if argument.name == "niji":
            number = _plain_version(argument.value or DEFAULT_NIJI)
            chosen = Model(label=f"niji {number}" if number in NIJI_VERSIONS else None)
        elif argument.name == "version":
            number = _plain_version(argument.value)
            chosen = Model(label=number if number in VERSIONS else None)
    return chosen


def modernised(
    arguments: Sequence[Argument], model: Model, notes: list[Diagnostic]
) -> list[Argument]:
    """Write `--style raw` as `--raw` where the model is of version 8."""
    raw = find("raw")
    if model.label is None or not model.label.startswith("8") or raw is None:
        return list(arguments)
    result = []
    for argument in arguments:
        if argument.name == "style" and argument.value.lower() == "raw":
            notes.append(_read_as(argument.start, argument.end, "--style raw", "--raw"))
            result.append(replace(argument, name="raw", written="--raw", values=(), row=raw))
        else:
            result.append(argument)
    return result


def without_repeats(
    arguments: Sequence[Argument], notes: list[Diagnostic], *, options_at: int | None = None
) -> list[Argument]:
    """Keep each known parameter once: `--no` lists are joined, otherwise the last one counts.

    What stands at or behind `options_at` came from an option, and the sentence says so.
    """
    kept: dict[str, Argument] = {}
    unknown = 0
    for argument in arguments:
        if argument.row is None:
            unknown += 1
            kept[f"{argument.name} {unknown}"] = argument
            continue
        earlier = kept.pop(argument.name, None)
        if earlier is not None and argument.row.kind is Kind.WORDS:
            kept[argument.name] = _joined(earlier, argument, notes)
            continue
        if earlier is not None:
            is_option = options_at is not None and earlier.start < options_at <= argument.start
            notes += replaced(earlier, argument, is_option=is_option)
        kept[argument.name] = argument
    return list(kept.values())


def replaced(earlier: Argument, later: Argument, *, is_option: bool) -> list[Diagnostic]:
    """Say that `later` stands in the place of `earlier`; an option that agrees says nothing."""
    used, dropped = quote(str(later)), quote(str(earlier))
    if not is_option:
        text = msg(
            "`{parameter}` is there more than once; I used the last one, `{used}`.",
            parameter=later.written,
            used=used,
        )
    elif used == dropped:
        return []
    else:
        text = msg("The option wins: `{used}` instead of `{dropped}`.", used=used, dropped=dropped)
    return [_notice(earlier.start, earlier.end, text, fix="")]


def tidy_link(word: Word, notes: list[Diagnostic]) -> str:
    """Free a link from what Discord and habit put around it: `<https://…>,`."""
    link = word.text.strip(_AFTER_LINK)
    if link != word.text:
        notes.append(_read_as(word.start, word.end, word.text, link))
    return link


def _official(marker: Marker, row: Parameter) -> str:
    return f"--{marker.name if marker.name in OFFICIAL_NAMES else row.written}"


def _note_name(marker: Marker, written: str, source: str, notes: list[Diagnostic]) -> None:
    """Say how the name was mended. Capital letters alone are not worth a word."""
    start, word, value = marker.word.start, marker.word, marker.value
    read = written if value is None else f"{written} {value.text}"
    end = word.end if value is None else value.end
    typed = " ".join([*(dash.text for dash in marker.dashes), source[start:end]])
    if typed.lower() == read.lower():
        if marker.is_mended:
            text = msg("I put a space before `{parameter}`.", parameter=written)
            notes.append(_notice(start, end, text, fix=f" {read}"))
        return
    notes.append(_read_as(start, end, typed, read))


def _tidy_values(row: Parameter, words: Sequence[Word], notes: list[Diagnostic]) -> tuple[str, ...]:
    if row.kind is Kind.WORDS:
        return _tidy_words(words, notes)
    return tuple(_tidy_value(row.kind, word, notes) for word in words)


def _tidy_words(words: Sequence[Word], notes: list[Diagnostic]) -> tuple[str, ...]:
    """Make one list of the words, without punctuation at its end."""
    typed = " ".join(word.text for word in words)
    tidied = typed.rstrip(_AFTER_WORDS)
    if tidied and tidied != typed:
        last = words[-1]
        notes.append(_read_as(last.start, last.end, last.text, tidied.rpartition(" ")[2]))
    return (tidied,) if tidied else ()


def _tidy_value(kind: Kind, word: Word, notes: list[Diagnostic]) -> str:
    if kind in _VALUE_LISTS and LINK.match(word.text):
        return tidy_link(word, notes)
    value = word.text.rstrip(PUNCTUATION)
    if kind is Kind.RATIO:
        value = _whole_ratio(value)
    if value != word.text:
        notes.append(_read_as(word.start, word.end, word.text, value))
    return value


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
    """Join two `--no` lists in the place of the later one."""
    text = msg("I joined the `{parameter}` lists.", parameter=later.written)
    notes.append(_notice(later.start, later.end, text))
    values = [value for value in (earlier.value, later.value) if value]
    return replace(
        later,
        values=(", ".join(values),) if values else (),
        parts=(*earlier.parts, *later.parts),
    )


def _plain_version(number: str) -> str:
    return number.removesuffix(".0")


def _read_as(start: int, end: int, typed: str, read: str) -> Diagnostic:
    text = msg("I read `{typed}` as `{read}`.", typed=quote(typed), read=quote(read))
    return _notice(start, end, text, fix=read)


def _notice(start: int, end: int, text: Text, fix: str | None = None) -> Diagnostic:
    return Diagnostic(severity=Severity.REMARK, start=start, end=end, text=text, fix=fix)
