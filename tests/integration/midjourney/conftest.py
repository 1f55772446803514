"""The provider's stand-in, and clients for it."""

from collections.abc import AsyncIterator

import pytest

from bot.demo.midjourney import MidjourneyStandIn
from bot.midjourney.client import HttpMidjourneyClient
from tests.integration.midjourney.fixtures import HOOK, KEY, PROMPT, client_of
from tests.pictures import small_picture
from tests.redaction import forbid


@pytest.fixture
async def standin() -> AsyncIterator[MidjourneyStandIn]:
    forbid(KEY, PROMPT, HOOK)
    async with MidjourneyStandIn(api_key=KEY, seconds=0, draw=small_picture) as server:
        yield server


@pytest.fixture
async def client(standin: MidjourneyStandIn) -> AsyncIterator[HttpMidjourneyClient]:
    async with client_of(standin.url) as opened:
        yield opened


@pytest.fixture
async def hasty(standin: MidjourneyStandIn) -> AsyncIterator[HttpMidjourneyClient]:
    """Return one for calls that hang."""
    async with client_of(standin.url, timeout_s=1.0) as opened:
        yield opened
