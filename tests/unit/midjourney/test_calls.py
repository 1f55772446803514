"""What a call to the provider carries."""

import json

import pytest

from bot.domain.jobs import Mode
from bot.midjourney.protocol import (
    status_request,
    submit_request,
)


@pytest.mark.parametrize(("mode", "timeout"), [(Mode.FAST, 600), (Mode.RELAXED, 1200)])
def test_a_submit_carries_prompt_mode_time_limit_and_hook(mode: Mode, timeout: int) -> None:
    request = submit_request("a fox --ar 3:2", mode, "https://bot.example/hook")
    assert request.path == "/midjourney/v1/submit-jobs"
    assert dict(request.payload) == {
        "prompt": "a fox --ar 3:2",
        "mode": mode.value,
        "timeout": timeout,
        "hookUrl": "https://bot.example/hook",
    }


def test_a_submit_without_a_hook_has_no_such_field() -> None:
    assert "hookUrl" not in submit_request("a fox", Mode.FAST, None).payload


def test_a_status_call_asks_for_all_tasks_at_once() -> None:
    request = status_request(["a", "b"])
    assert request.path == "/midjourney/v1/job-status"
    assert dict(request.payload) == {"taskIds": ["a", "b"]}


def test_the_payloads_become_json() -> None:
    request = submit_request("\ud800 ☃", Mode.FAST, None)
    assert json.loads(json.dumps(dict(request.payload)))["prompt"] == "\ud800 ☃"
