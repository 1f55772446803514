"""What people do reaches whoever hears it, by socket and by request alike."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
import structlog

from bot.domain.errors import PayloadError
from tests.integration.slack_app.fixtures import (
    TIMINGS,
    SlackApp,
    acknowledge,
    reachable,
    slack_app,
)
from tests.integration.standins.slack.tiny_bot import actions, button, form, section
from tests.standins.slack import SlackStandIn, faults


async def test_everything_reaches_its_own_method(s: SlackStandIn, app: SlackApp) -> None:
    await s.slash(s.ann, s.channel, "a red fox")
    await app.client.chat_postMessage(
        channel=s.channel.id, text="a card", blocks=[section("a card"), actions(button("A", "a"))]
    )
    await s.press(s.ann, s.channel.messages[-1], "A")
    await s.shortcut(s.ann, s.say(s.ann, s.channel, "look"), "job_details")
    await s.open_home(s.ann)
    assert app.recorder.kinds == ["command", "press", "shortcut", "home"]
    bodies = [body for _, body in app.recorder.heard]
    assert bodies[0]["text"] == "a red fox"
    assert bodies[3]["event"]["user"] == s.ann.id


async def test_form_is_answered_by_its_acknowledgement(s: SlackStandIn, app: SlackApp) -> None:
    asked = await s.slash(s.ann, s.channel)
    await app.client.views_open(trigger_id=asked.trigger_id, view=form())
    (shown,) = s.forms(s.ann)

    async def refuse(_body: Any, ack: Any) -> None:
        await ack(response_action="errors", errors={"prompt": "Not that."})

    app.recorder.answer = refuse
    await s.submit(shown, {"prompt": "a fox"})
    assert shown.errors == {"prompt": "Not that."}
    app.recorder.answer = acknowledge
    await s.submit(shown, {"prompt": "a fox"})
    assert shown.is_closed


async def test_listener_that_breaks_is_logged_and_not_acknowledged(
    s: SlackStandIn, app: SlackApp
) -> None:
    async def break_down(_body: Any, _ack: Any) -> None:
        raise RuntimeError("broken")

    app.recorder.answer = break_down
    s.ack_deadline_s = 1.0
    with structlog.testing.capture_logs() as logs:
        asked = await s.slash(s.ann, s.channel, "a fox that no log may name")
    assert asked.failure is not None
    assert "interaction_failed" in [entry["event"] for entry in logs]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "payload=abc",
        "payload=[]",
        "payload=null",
        "payload=NaN",
        "payload=" + "[" * 100_000,
        "command=/another",
        "[]",
        "5",
        "{",
        '{"type": "event_callback", "event": null}',
        'payload={"type": "interactive_message"}',
        'payload={"type": ["block_actions"]}',
    ],
)
async def test_a_payload_of_another_shape_is_refused_without_a_traceback(
    by_request: SlackApp, body: str
) -> None:
    with structlog.testing.capture_logs() as logs:
        assert await by_request.post(body) == 400
    [warning] = [entry for entry in logs if entry["log_level"] == "warning"]
    assert warning["event"] == "payload_not_understood"
    assert not any("exc_info" in each for each in logs)
    assert by_request.recorder.heard == []


async def test_a_request_that_nobody_acknowledges_fails(
    s: SlackStandIn, by_request: SlackApp
) -> None:
    async def do_nothing(_body: Any, _ack: Any) -> None: ...

    by_request.recorder.answer = do_nothing
    assert (await s.slash(s.ann, s.channel, "a fox")).failure == "dispatch_failed"


async def test_a_request_that_is_acknowledged_too_late_fails(s: SlackStandIn) -> None:
    may_go_on = asyncio.Event()

    async def take_time(_body: Any, _ack: Any) -> None:
        await may_go_on.wait()

    timings = replace(TIMINGS, acknowledge_timeout_s=0.05)
    async with reachable(s, timings) as app, app.running():
        app.recorder.answer = take_time
        assert (await s.slash(s.ann, s.channel, "a fox")).failure == "dispatch_failed"
        may_go_on.set()


async def test_a_payload_that_lacks_something_is_one_line(
    s: SlackStandIn, by_request: SlackApp
) -> None:
    async def lack(_body: Any, _ack: Any) -> None:
        raise PayloadError("KeyError 'user'")

    by_request.recorder.answer = lack
    with structlog.testing.capture_logs() as logs:
        await s.slash(s.ann, s.channel, "a fox")
    [entry] = [each for each in logs if each["event"] == "payload_not_understood"]
    assert entry["error"] == "KeyError 'user'"
    assert not any("exc_info" in each for each in logs)


async def test_an_event_that_nobody_needs_is_acknowledged(by_request: SlackApp) -> None:
    event = '{"type": "event_callback", "event": {"type": "message", "text": "hi"}}'
    assert await by_request.post(event) == 200
    assert by_request.recorder.heard == []


async def test_stop_waits_for_what_was_heard(s: SlackStandIn) -> None:
    async with slack_app(s) as app:
        began, may_go_on = asyncio.Event(), asyncio.Event()

        async def take_time(_body: Any, ack: Any) -> None:
            began.set()
            await may_go_on.wait()
            await ack()

        app.recorder.answer = take_time
        async with app.running() as task:
            await s.wait_until_connected()
            asking = asyncio.create_task(s.slash(s.ann, s.channel, "a fox"))
            await began.wait()
            task.cancel()
            await asyncio.sleep(0.05)
            assert not task.done()
            assert not app.closed.is_set()
            may_go_on.set()
            asked = await asking
        assert (asked.failure, app.closed.is_set()) == (None, True)


async def test_stop_leaves_behind_what_takes_too_long(s: SlackStandIn) -> None:
    async with slack_app(s, replace(TIMINGS, finish_timeout_s=0.1)) as app:

        async def take_for_ever(_body: Any, ack: Any) -> None:
            await ack()
            await asyncio.Event().wait()

        app.recorder.answer = take_for_ever
        async with app.running():
            await s.wait_until_connected()
            await s.slash(s.ann, s.channel, "a fox")
        assert app.closed.is_set()


async def test_missing_scopes_are_named_at_the_start(s: SlackStandIn) -> None:
    s.scopes -= {"files:write", "im:write"}
    async with slack_app(s) as app:
        with structlog.testing.capture_logs() as logs:
            async with app.running():
                await s.wait_until_connected()
    (warning,) = [entry for entry in logs if entry["log_level"] == "warning"]
    assert warning["scopes"] == ["files:write", "im:write"]


async def test_identity_is_asked_for_until_slack_answers(s: SlackStandIn) -> None:
    s.faults.add("auth.test", faults.server_error())
    async with slack_app(s) as app, app.running():
        assert (await app.identity.get()).bot_id == s.world.bot_id
    assert len(s.calls("auth.test")) == 2
