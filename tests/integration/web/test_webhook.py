"""The web listener over real sockets, with a real store behind it."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.domain.jobs import Job, JobStatus
from bot.web import CallbackTags, WebServer
from bot.web.callbacks import MAX_BODY_BYTES
from tests.listener import Listener, listening, path_of


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with listening() as listener:
        yield listener


async def call_back(listener: Listener, job: Job, body: bytes | None = None) -> int:
    if body is None:
        body = json.dumps({"status": 0, "data": {"taskId": job.provider_task_id}}).encode()
    status, _ = await listener.post(path_of(job.id), body)
    return status


async def test_a_callback_is_noted_before_it_is_answered(listener: Listener) -> None:
    job = await listener.running_job()
    assert not await listener.is_due(job)
    assert await call_back(listener, job) == 200
    assert await listener.is_due(job)
    assert len(listener.hints) == 1


async def test_a_repeated_callback_is_answered_alike(listener: Listener) -> None:
    job = await listener.running_job()
    statuses = [await call_back(listener, job) for _ in range(6)]
    assert statuses == [200] * 6


async def test_status_and_images_in_a_callback_are_ignored(listener: Listener) -> None:
    job = await listener.running_job()
    claim = {"taskId": job.provider_task_id, "status": 1, "images": ["http://169.254.169.254/x"]}
    assert await call_back(listener, job, json.dumps({"data": claim}).encode()) == 200
    found = await listener.jobs.get(job.id)
    assert found is not None
    assert (found.status, found.image_urls) == (JobStatus.RUNNING, ())


async def test_a_wrong_tag_and_an_unknown_job_look_the_same(listener: Listener) -> None:
    job = await listener.running_job()
    wrong_tag = await listener.post(path_of(job.id, "a" * 32), b"{}")
    unknown_job = await listener.post(path_of("a" * 20), b"{}")
    assert wrong_tag == unknown_job == (404, b"")


async def test_a_wrong_tag_touches_no_database(listener: Listener) -> None:
    listener.statements.clear()
    await asyncio.gather(*(listener.post(path_of("b" * 20, "c" * 32), b"{}") for _ in range(20)))
    await listener.post(path_of("b" * 20, "ü" * 32), b"not even JSON")
    assert listener.statements == []


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[1]", b'"text"', b"\xff\xfe", b"[" * 5000])
async def test_a_body_that_is_no_json_object_is_refused(listener: Listener, body: bytes) -> None:
    job = await listener.running_job()
    assert await call_back(listener, job, body) == 400
    assert not await listener.is_due(job)


@pytest.mark.parametrize("body", [b"{}", b'{"data": null}', b'{"data": {"taskId": {"a": 1}}}'])
async def test_an_object_without_a_task_is_a_hint_all_the_same(
    listener: Listener, body: bytes
) -> None:
    job = await listener.running_job()
    assert await call_back(listener, job, body) == 200
    assert await listener.is_due(job)


async def test_a_body_over_the_limit_is_refused(listener: Listener) -> None:
    job = await listener.running_job()
    assert await call_back(listener, job, b"{" + b" " * MAX_BODY_BYTES) == 413


async def test_a_body_over_the_limit_without_a_length_is_refused(listener: Listener) -> None:
    job = await listener.running_job()

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b" " * (MAX_BODY_BYTES // 4)

    async with listener.session.post(listener.url + path_of(job.id), data=chunks()) as response:
        assert response.status == 413


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD"])
async def test_other_methods_are_refused(listener: Listener, method: str) -> None:
    url = listener.url + path_of("a" * 20)
    async with listener.session.request(method, url) as response:
        assert response.status == 405
        assert response.headers["Allow"] == "POST"


async def test_a_stranger_path_is_an_empty_404(listener: Listener) -> None:
    assert await listener.post("/webhook/midjourney/x", b"{}") == (404, b"")


async def test_ready_names_the_part_that_is_not() -> None:
    async def works() -> bool:
        return True

    async def fails() -> bool:
        return False

    server = WebServer()
    async with server.listen(0, "127.0.0.1") as port, aiohttp.ClientSession() as session:
        server.open([], {"database": works, "dispatcher": fails})
        async with session.get(f"http://127.0.0.1:{port}/readyz") as response:
            assert response.status == 503
            assert await response.text() == "database: ok\ndispatcher: not ready\n"


async def test_before_the_store_is_open_only_healthz_answers() -> None:
    server = WebServer()
    async with server.listen(0, "127.0.0.1") as port, aiohttp.ClientSession() as session:
        base = f"http://127.0.0.1:{port}"
        async with session.get(f"{base}/healthz") as response:
            assert response.status == 200
        async with session.get(f"{base}/readyz") as response:
            assert response.status == 503
        async with session.get(f"{base}/metrics") as response:
            assert response.status == 503  # whether there is such a page is not known yet
        async with session.post(base + path_of("a" * 20), data=b"{}") as response:
            assert response.status == 503


async def test_ready_when_the_database_is_migrated(listener: Listener) -> None:
    async with listener.session.get(f"{listener.url}/readyz") as response:
        assert (response.status, await response.text()) == (200, "database: ok\n")


def test_tags_differ_by_job_and_secret() -> None:
    tags = {CallbackTags(secret).tag(job) for secret in "ab" for job in ("j" * 20, "k" * 20)}
    assert len(tags) == 4
