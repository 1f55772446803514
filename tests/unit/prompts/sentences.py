"""What is said about a prompt."""

from bot.prompts import Prompt, Severity

LINK = "https://example.com/a.png"


def texts(prompt: Prompt, severity: Severity) -> list[str]:
    return [str(each.text) for each in prompt.diagnostics if each.severity is severity]
