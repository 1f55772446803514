"""The rules that a prompt is held to. Each yields diagnostics; none changes anything.

What is wrong in every version is refused. The person is asked about what the chosen version does
not know, and about what is probably a mistake. See `parameters`.
"""

from collections.abc import Iterator

from bot.prompts.argument_rules import argument_problems
from bot.prompts.conflict_rules import conflict_problems
from bot.prompts.diagnostics import Diagnostic
from bot.prompts.link_rules import link_problems
from bot.prompts.parts import Parts
from bot.prompts.text_rules import text_problems, weight_problems


def problems(parts: Parts) -> Iterator[Diagnostic]:
    """Return everything that is wrong with the prompt, or may be."""
    yield from text_problems(parts)
    yield from weight_problems(parts)
    yield from link_problems(parts)
    for argument in parts.arguments:
        yield from argument_problems(argument, parts)
    yield from conflict_problems(parts)
