"""A submit that never got a connection is certain to have started nothing."""

import asyncio

import pytest

from bot.domain.errors import NotStartedError, StatusUnavailableError
from tests.integration.midjourney.fixtures import (
    client_of,
    closed_port,
    full_listener,
    raw_server,
    submit,
)


async def refuse_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")


async def stay_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def never_connected(url: str) -> None:
    """Assert that a submit there is certain to have started nothing."""
    async with client_of(url, connect_timeout_s=0.2) as client:
        with pytest.raises(NotStartedError) as caught:
            await submit(client)
        assert caught.value.retry_after is None
        with pytest.raises(StatusUnavailableError):
            await client.job_status(["x"])


async def test_a_refused_connection_started_nothing() -> None:
    with closed_port() as url:
        await never_connected(url)


async def test_a_connection_that_is_not_accepted_in_time_started_nothing() -> None:
    with full_listener() as url:
        await never_connected(url)


async def test_a_name_that_does_not_exist_started_nothing() -> None:
    await never_connected("http://nowhere.invalid")


async def test_a_failed_tls_handshake_started_nothing() -> None:
    async with raw_server(refuse_tls) as url:
        await never_connected(url.replace("http:", "https:"))


async def test_a_tls_handshake_that_hangs_started_nothing() -> None:
    async with raw_server(stay_silent) as url:
        await never_connected(url.replace("http:", "https:"))


async def test_an_address_that_is_none_started_nothing() -> None:
    await never_connected("http://")
