"""How these tests read requests."""

from collections.abc import Mapping

import pytest

from bot.domain.errors import PromptError
from bot.domain.people import Preferences, Preset
from bot.prompts import OptionValue
from bot.services.requests import Order, Request, read_request

LINK = "https://example.com/a.png"


def read(
    prompt: str,
    options: Mapping[str, OptionValue] | None = None,
    *,
    preset: Preset | None = None,
    limit: int = 10,
    **set_once: object,
) -> Order:
    return read_request(
        Request(prompt=prompt, options=options or {}),
        limit=limit,
        preset=preset,
        preferences=Preferences(**set_once),  # type: ignore[arg-type]
    )


def poster(parameters: str = "", suffix: str = "") -> Preset:
    return Preset(name="poster", parameters=parameters, suffix=suffix)


def refusal(prompt: str, options: Mapping[str, OptionValue] | None = None) -> PromptError:
    with pytest.raises(PromptError) as caught:
        read(prompt, options)
    return caught.value
