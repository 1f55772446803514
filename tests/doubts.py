"""Prompts that look wrong, whatever the prompt language asks about by itself."""

from dataclasses import replace
from typing import Any

from bot.domain.texts import msg
from bot.services.requests import Order, Request, read_request

TYPO = "a fox --aspct 16:9"  # with a safe fix
AS_IT_IS, FIXED = "a fox --aspct 16:9", "a fox --ar 16:9"
UNCLEAR = "a fox called unclear"  # nobody can tell what was meant
_TYPO_ASKED = msg("I don't know `{parameter}`; `--ar` is close.", parameter="--aspct")


def read_with_doubts(request: Request, **more: Any) -> Order:
    """Read a request, and ask about the prompts above."""
    order = read_request(request, **more)
    if "unclear" in request.prompt:
        return replace(order, questions=(msg("I can't tell what you mean."),))
    if "--aspct" not in request.prompt:
        return order
    remarks = tuple(each for each in order.remarks if "--aspct" not in str(each))
    fixed = read_request(replace(request, prompt=request.prompt.replace("--aspct", "--ar")), **more)
    return replace(order, remarks=remarks, questions=(_TYPO_ASKED,), fixed=fixed)
