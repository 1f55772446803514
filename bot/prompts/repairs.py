"""A prompt with the safe fixes of its questions made, as one would type it."""

import re

from bot.prompts.arguments import Source
from bot.prompts.diagnostics import Repair
from bot.prompts.prompt import Prompt
from bot.prompts.text_rules import INNER_LINK, LAST_WEIGHT, WEIGHT

_GLUED_WEIGHT = re.compile(rf"{WEIGHT.pattern}(?=[^\W_])")  # `red::2blue`


def repaired(prompt: Prompt) -> str | None:
    """Write the prompt without what is asked about; None if only the person can say how.

    Works on the parameters and words that were read, never on the text, so no fix can break another
    one. The result is still to be read: it may raise questions of its own.
    """
    repairs = [each.repair for each in prompt.questions]
    safe = [each for each in repairs if each is not None]
    if len(safe) < len(repairs):
        return None
    words, images, links = prompt.words, list(prompt.images), []
    if any(each.drops_weights for each in safe):
        words = WEIGHT.sub("", _GLUED_WEIGHT.sub(" ", words))
        images = [LAST_WEIGHT.sub("", link) for link in images]
    if any(each.moves_links for each in safe):
        links = INNER_LINK.findall(words)
        words = INNER_LINK.sub("", words)
    more = [each.adds_words for each in safe]
    return " ".join(" ".join((*images, *links, words, *more, *_parameters(prompt, safe))).split())


def _parameters(prompt: Prompt, repairs: list[Repair]) -> list[str]:
    """Write the parameters, each as the first repair that is about it says."""
    instead = {each.drops: each.puts for each in reversed(repairs) if each.drops is not None}
    return [
        # Places of defaults are not those of the prompt, and nothing is ever asked about them.
        str(each) if each.source is Source.DEFAULT else instead.get(each.start, str(each))
        for each in prompt.arguments
    ]
