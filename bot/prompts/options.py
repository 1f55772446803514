"""Options that are given beside the prompt: they win over what stands in it, and say so."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from bot.models import Mode
from bot.prompts.diagnostics import Diagnostic, Severity, quote
from bot.prompts.parameters import find
from bot.prompts.prompt import MAX_LENGTH, Prompt, parse_merged
from bot.prompts.scanner import Found, scan
from bot.texts import msg

OptionValue: TypeAlias = str | int | float | None  # a bool is an int; Mode is a str

# Options by the names that the command gives them; all others are called like the parameter.
_PARAMETER_OF: Final[Mapping[str, str]] = MappingProxyType(
    {"image_weight": "iw", "style": "sref", "style_reference": "sref"}
)
_IMAGES: Final = ("image", "image2")
_MODES: Final = MappingProxyType({Mode.FAST: "--fast", Mode.RELAXED: "--relax"})
_RIVALS: Final = MappingProxyType({"version": "niji", "niji": "version"})


def with_options(
    prompt: Prompt, options: Mapping[str, OptionValue], *, max_length: int = MAX_LENGTH
) -> Prompt:
    """Read the prompt again together with options.

    An option wins over the same parameter in the prompt, with a notice; a `no` list is joined to
    the prompt's own. None means "not given"; False takes a flag out of the prompt. `image` and
    `image2` are links that go before the prompt, `style` is a style reference, `version` may be
    "niji 7", `mode` a `Mode` or its value; the rest are names of the parameter table. The result's
    `text` shows the options behind the prompt, so that every diagnostic has a place.

    Raises:
        KeyError: there is no such option.
        ValueError: there is no such mode.
    """
    given = {name: value for name, value in options.items() if value is not None}
    images = [str(given.pop(name)) for name in _IMAGES if name in given]
    typed = " ".join([*images, prompt.text])
    written = {name: _written(name, value) for name, value in given.items()}
    notes, dropped = _beaten(typed, given, written)
    return parse_merged(
        " ".join([typed, *filter(None, written.values())]),
        max_length=max_length,
        options_at=len(typed) + 1,
        notes=notes,
        dropped=dropped,
    )


def parameters_of(options: Mapping[str, OptionValue]) -> frozenset[str]:
    """Give the names of the parameters that options stand for; not images and the mode."""
    rows = (
        find(_PARAMETER_OF.get(name, name)) for name, value in options.items() if value is not None
    )
    return frozenset(row.name for row in rows if row is not None)


def written_mode(mode: Mode) -> str:
    """Write a mode as one types it into a prompt."""
    return _MODES[mode]


def _written(name: str, value: OptionValue) -> str:
    """Write an option as a parameter; empty for a flag that is off."""
    if name == "mode":
        return written_mode(Mode(str(value)))
    row = find(_PARAMETER_OF.get(name, name))
    if row is None:
        raise KeyError(name)
    if isinstance(value, bool):
        return f"--{row.written}" if value else ""
    if isinstance(value, float):
        value = f"{value:g}"
    if row.name == "version" and str(value).startswith("niji"):
        return f"--{value}"
    return f"--{row.written} {value}"


def _beaten(
    typed: str, given: Mapping[str, OptionValue], written: Mapping[str, str]
) -> tuple[list[Diagnostic], list[int]]:
    """Find what an option takes out of the prompt without standing in its place itself."""
    winners = dict(_winners(given, written))
    notes, dropped = [], []
    for found in scan(typed).found:
        row = found.marker.row
        if row is None or row.name not in winners:
            continue
        dropped.append(found.start)
        if _text(found) != winners[row.name]:
            notes.append(_beaten_note(found, winners[row.name]))
    return notes, dropped


def _winners(
    given: Mapping[str, OptionValue], written: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Give the parameters that must go, each with the option that stands instead of it."""
    for name, value in given.items():
        if name == "mode":
            continue
        row = find(_PARAMETER_OF.get(name, name))
        assert row is not None
        if value is False:
            yield row.name, ""
        if row.name in _RIVALS:
            yield "niji", written[name]
            yield "version", written[name]


def _text(found: Found) -> str:
    return " ".join(part.text for part in found.parts)


def _beaten_note(found: Found, winner: str) -> Diagnostic:
    dropped = quote(_text(found))
    if winner:
        text = msg(
            "The option wins: `{used}` instead of `{dropped}`.", used=winner, dropped=dropped
        )
    else:
        text = msg("The option wins: I left out `{dropped}`.", dropped=dropped)
    return Diagnostic(severity=Severity.REMARK, start=found.start, end=found.end, text=text, fix="")
