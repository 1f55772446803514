"""What is said about a prompt."""

from collections.abc import Mapping

from bot.prompts import OptionValue, Prompt, Severity, parse, read_options, written_options

LINK = "https://example.com/a.png"


def texts(prompt: Prompt, severity: Severity) -> list[str]:
    return [str(each.text) for each in prompt.diagnostics if each.severity is severity]


def refusal(prompt: Prompt) -> str | None:
    return str(prompt.refusals[0].text) if prompt.refusals else None


def with_options(text: str, options: Mapping[str, OptionValue]) -> Prompt:
    return parse(text, beside=read_options(options, written_options(options)))
