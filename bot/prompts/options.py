"""Options that are given beside the prompt: they win over what stands in it, and say so.

An option's value obeys the rules of the prompt, and is only a value: it may not contain other
parameters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from bot.domain.jobs import Mode
from bot.domain.texts import msg
from bot.prompts.arguments import Argument, Source, tidy
from bot.prompts.cleaning import clean
from bot.prompts.diagnostics import Diagnostic, Severity, quote
from bot.prompts.parameters import NEEDED, Kind, Parameter, find
from bot.prompts.prompt import NOTHING_BESIDE, Beside
from bot.prompts.scanner import Found, Scan, scan

OptionValue: TypeAlias = str | int | float | None  # a bool is an int; Mode is a str

# Options by the names that the command gives them; all others are called like the parameter.
_PARAMETER_OF: Final = {"image_weight": "iw", "style": "sref", "style_reference": "sref"}
_IMAGES: Final = ("image", "image2")
_MODES: Final = {Mode.FAST: "--fast", Mode.RELAXED: "--relax"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An option as one would type it."""

    name: str
    text: str


def written_options(options: Mapping[str, OptionValue]) -> tuple[Written, ...]:
    """Write options as one types them; not links of images, and no switches that are off.

    None means "not given"; False takes a flag out of the prompt. `image` and `image2` are links
    that go before the prompt, `style` is a style reference, `version` may be "niji 7", `mode` a
    `Mode` or its value; the rest are names of the parameter table.

    Raises:
        KeyError: there is no such option.
    """
    return tuple(
        Written(name=name, text=_written(name, value))
        for name, value in options.items()
        if value is not None and value is not False and name not in _IMAGES
    )


def read_options(
    options: Mapping[str, OptionValue],
    written: Sequence[Written],
    *,
    beside: Beside = NOTHING_BESIDE,
) -> Beside:
    """Read options, each written as in `written`, for `parse`; add them to what is `beside`."""
    if not options:
        return beside
    arguments: list[Argument] = []
    refusals: list[Diagnostic] = []
    remarks: list[Diagnostic] = []
    at = 0
    for option in written:
        read = _read(option, at, remarks)
        if isinstance(read, Argument):
            arguments.append(read)
        else:
            refusals.append(read)
        at += len(option.text) + 1
    return replace(
        beside,
        text=" ".join(option.text for option in written),
        arguments=tuple(arguments),
        images=tuple(str(options[name]) for name in _IMAGES if options.get(name) is not None),
        off=frozenset(
            row.name for name in options if options[name] is False and (row := _row(name))
        ),
        refusals=tuple(refusals),
        remarks=tuple(remarks),
    )


def without_overridden(text: str, options: Mapping[str, OptionValue]) -> str:
    """Return a prompt without the speed and the model that an option overrides.

    Written behind one another, the two could not be combined. Braces may hold several: they stay.
    """
    if "{" in text:
        return text
    cleaned = clean(text)
    overridden = [
        each for each in scan(cleaned.text).found if _is_overridden(each.marker.row, options)
    ]
    return cleaned.edited((each.start, each.end, "") for each in overridden).text.strip()


def _is_overridden(row: Parameter | None, options: Mapping[str, OptionValue]) -> bool:
    if row is None:
        return False
    if row.kind in {Kind.MODE, Kind.SPEED}:
        return options.get("mode") is not None
    return row.kind is Kind.VERSION and options.get("version") is not None


def written_mode(mode: Mode) -> str:
    """Write a mode as one types it into a prompt."""
    return _MODES[mode]


def _read(option: Written, at: int, remarks: list[Diagnostic]) -> Argument | Diagnostic:
    """Read one option, or say why its value is more than a value."""
    cleaned = clean(option.text)
    scanned = scan(cleaned.text)
    row = _row(option.name)
    found = scanned.found[0] if scanned.found else None
    name = row.name if row is not None else None
    is_alone = found is not None and len(scanned.found) == 1 and _is_whole(found, scanned)
    if found is None or not is_alone or _name_of(found.marker.row) not in {name, *_siblings(name)}:
        text = msg(
            "The `{option}` option takes only its own value, not `{value}`.",
            option=option.name,
            value=quote(option.text.partition(" ")[2]),
        )
        end = at + len(option.text)
        return Diagnostic(severity=Severity.REFUSE, start=at, end=end, text=text)
    notes: list[Diagnostic] = []
    argument = tidy(found, cleaned.text, notes)
    start, end = cleaned.span(argument.start, argument.end, at)
    for note in (*cleaned.notes, *map(cleaned.original, notes)):
        remarks.append(replace(note, start=note.start + at, end=note.end + at))  # noqa: PERF401
    return replace(argument, start=start, end=end, source=Source.OPTION)


def _is_whole(found: Found, scanned: Scan) -> bool:
    """Whether nothing stands beside the value; without one, the rules say what is missing."""
    row = found.marker.row
    needs_value = row is not None and row.kind in NEEDED and not row.value_optional
    return not scanned.kept or (needs_value and not found.taken.values)


def _name_of(row: Parameter | None) -> str | None:
    return None if row is None else row.name


def _siblings(name: str | None) -> tuple[str, ...]:
    """Return the other parameters that an option may stand for."""
    return {None: ("fast", "relax"), "version": ("niji",)}.get(name, ())


def _row(option: str) -> Parameter | None:
    """Return the parameter that an option stands for; None for the mode, which is several."""
    if option == "mode" or option in _IMAGES:
        return None
    row = find(_PARAMETER_OF.get(option, option))
    if row is None:
        raise KeyError(option)
    return row


def _written(name: str, value: OptionValue) -> str:
    """Write an option as a parameter."""
    row = _row(name)
    if row is None:
        known = next((mode for mode in Mode if mode.value == value), None)
        return f"--{name} {value}" if known is None else written_mode(known)
    if value is True:
        return f"--{row.written}"
    if isinstance(value, float):
        value = f"{value:g}"
    if row.name == "version" and str(value).startswith("niji"):
        return f"--{value}"
    return f"--{row.written} {value}"
