"""Calls that succeed or are refused, and what stays out of them: other connections, secrets."""

import asyncio
import math
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from aiohttp import web

from bot.demo.faults import GARBAGE, LOST_AFTER_EFFECT, Answer, Outcome
from bot.demo.midjourney import MidjourneyStandIn
from bot.domain.errors import (
    ConcurrencyLimitError,
    KeyRejectedError,
    NotStartedError,
    OutcomeUnknownError,
    ProviderError,
    QuotaExhaustedError,
    StatusUnavailableError,
    SubmitRejectedError,
)
from bot.domain.jobs import Failure, FailureCode, Mode, TaskReport
from bot.midjourney.client import HttpMidjourneyClient
from tests.integration.midjourney.fixtures import (
    HOOK,
    client_of,
    closed_port,
    hangs,
    submit,
    web_server,
)

# ── Well ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_submit_starts_a_job_with_all_it_was_given(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    task_id = await client.submit(prompt="a fox --ar 3:2", mode=Mode.RELAXED, hook_url=HOOK)
    assert standin.jobs[task_id].payload == {
        "prompt": "a fox --ar 3:2",
        "mode": "relaxed",
        "timeout": 1200,
        "hookUrl": HOOK,
    }


async def test_one_status_call_reports_all_known_tasks(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    standin.faults.outcomes.add(
        Outcome(), Outcome(fail_reason="Invalid link"), Outcome(seconds=math.inf)
    )
    done, failed, running = [await submit(client, hook_url=None) for _ in range(3)]
    await asyncio.gather(*(standin.jobs[task_id].told.wait() for task_id in (done, failed)))
    reports = await client.job_status([done, "unknown", failed, running])
    folder = f"{standin.url}/images/{standin.jobs[done].id}"
    assert reports == [
        TaskReport(
            task_id=done,
            is_finished=True,
            image_urls=tuple(f"{folder}/0_{n}.png" for n in range(4)),
        ),
        TaskReport(
            task_id=failed,
            is_finished=True,
            failure=Failure(code=FailureCode.LINK, detail="Invalid link"),
        ),
        TaskReport(task_id=running, is_finished=False),
    ]
    assert len(standin.status_calls) == 1


async def test_no_task_ids_need_no_call(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    assert await client.job_status([]) == []
    assert not standin.status_calls


async def test_a_slash_after_the_base_url_does_no_harm(standin: MidjourneyStandIn) -> None:
    async with client_of(standin.url + "/") as client:
        assert await submit(client) in standin.jobs


async def test_calls_can_overlap(client: HttpMidjourneyClient, standin: MidjourneyStandIn) -> None:
    standin.seconds = math.inf
    standin.faults.submits.default = Answer(delay_s=0.1)
    task_ids = await asyncio.gather(*(submit(client) for _ in range(10)))
    assert set(task_ids) == set(standin.jobs)


# ── Refused ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_wrong_key_is_told_as_such(standin: MidjourneyStandIn) -> None:
    async with client_of(standin.url, key="other") as client:
        with pytest.raises(KeyRejectedError):
            await submit(client)
        with pytest.raises(StatusUnavailableError):
            await client.job_status(["x"])


async def test_an_empty_account_is_told_as_such(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    standin.quota = 0
    with pytest.raises(QuotaExhaustedError):
        await submit(client)


async def test_the_eleventh_job_in_flight_is_told_as_such(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    standin.seconds = math.inf
    for _ in range(10):
        await submit(client)
    with pytest.raises(ConcurrencyLimitError):
        await submit(client)


async def test_a_refusal_holds_the_providers_words(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    with pytest.raises(SubmitRejectedError, match="hookUrl must be an address"):
        await submit(client, hook_url="nonsense")
    assert not standin.jobs


async def test_429_tells_how_long_to_wait(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    standin.faults.submits.add(Answer.error(429, Retry_After="7"))
    with pytest.raises(NotStartedError) as caught:
        await submit(client)
    assert caught.value.retry_after == timedelta(seconds=7)


# ── Care ────────────────────────────────────────────────────────────────────────────────────────


async def test_every_call_gets_a_connection_of_its_own() -> None:
    peers: list[object] = []

    async def note(request: web.Request) -> web.Response:
        assert request.transport is not None
        peers.append(request.transport.get_extra_info("peername"))
        return web.json_response({"status": 0, "data": {"taskId": "x"}})

    async with web_server(note) as url, client_of(url) as client:
        for _ in range(3):
            await submit(client)
    assert len(set(peers)) == 3


async def test_a_redirect_does_not_carry_the_key_elsewhere(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    visits: list[str] = []

    async def note(request: web.Request) -> web.Response:
        visits.append(request.path)
        return web.Response()

    async with web_server(note) as elsewhere:
        standin.faults.submits.add(Answer.error(307, Location=elsewhere))
        with pytest.raises(OutcomeUnknownError):
            await submit(client)
    assert visits == []


async def test_proxies_of_the_environment_are_not_used(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closed_port() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.setenv("http_proxy", proxy)
        assert await submit(client) in standin.jobs


async def test_cookies_are_not_kept() -> None:
    seen: list[SimpleCookie] = []

    async def note(request: web.Request) -> web.Response:
        seen.append(SimpleCookie(request.headers.get("Cookie", "")))
        response = web.json_response({"status": 0, "data": {"taskId": "x"}})
        response.set_cookie("session", "1")
        return response

    async with web_server(note) as url, client_of(url) as client:
        await submit(client)
        await submit(client)
    assert not any(seen)


@pytest.mark.parametrize(
    "fault", [LOST_AFTER_EFFECT, GARBAGE, Answer.error(302), Answer(delay_s=math.inf)]
)
async def test_no_error_holds_the_key_the_prompt_or_the_hook(
    client: HttpMidjourneyClient,
    hasty: HttpMidjourneyClient,
    standin: MidjourneyStandIn,
    fault: Answer,
) -> None:
    standin.faults.submits.add(fault)
    with pytest.raises(ProviderError) as caught:
        await submit(hasty if hangs(fault) else client)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert "secret" not in f"{caught.value} {caught.value!r} {caught.value.detail}"
    assert "http://" not in str(caught.value)
    assert "secret" not in repr(client)
