"""Prompts that look wrong, whatever the prompt language asks about by itself."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.texts import msg
from bot.services import imagine
from bot.services.requests import Order, Request, read_request

TYPO = "a fox --aspct 16:9"  # with a safe fix
AS_IT_IS, FIXED = "a fox --aspct 16:9", "a fox --ar 16:9"
UNCLEAR = "a fox called unclear"  # nobody can tell what was meant
_TYPO_ASKED = msg("I don't know `{parameter}`; `--ar` is close.", parameter="--aspct")


def let_doubts_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask about the prompts above."""
    monkeypatch.setattr(imagine, "read_request", _read)


def _read(request: Request, **more: Any) -> Order:
    order = read_request(request, **more)
    if "unclear" in request.prompt:
        return replace(order, questions=(msg("I can't tell what you mean."),))
    if "--aspct" not in request.prompt:
        return order
    remarks = tuple(each for each in order.remarks if "--aspct" not in str(each))
    fixed = read_request(replace(request, prompt=request.prompt.replace("--aspct", "--ar")), **more)
    return replace(order, remarks=remarks, questions=(_TYPO_ASKED,), fixed=fixed)
