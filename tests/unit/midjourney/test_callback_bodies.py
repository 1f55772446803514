"""What a callback says: which task it is about, and nothing else."""

import pytest

from bot.domain.errors import (
    MalformedCallbackError,
)
from bot.midjourney.protocol import (
    read_callback,
)
from tests.unit.midjourney.bodies import BROKEN_BODIES, TASK, URLS, body


@pytest.mark.parametrize(
    "callback",
    [
        {"status": 0, "data": {"taskId": TASK, "status": 1, "images": list(URLS)}},
        {"status": 1001, "data": {"taskId": TASK}},
        {"data": [{"taskId": TASK}]},
        {"taskId": TASK, "status": 2, "failReason": "x"},
    ],
)
def test_a_callback_names_its_task(callback: object) -> None:
    assert read_callback(body(callback)) == TASK


@pytest.mark.parametrize(
    "callback", [{}, {"data": None}, {"data": {"taskId": ""}}, {"data": {"taskId": "\u0000"}}]
)
def test_a_callback_may_name_no_task(callback: object) -> None:
    assert read_callback(body(callback)) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_json_is_read_in_every_encoding_of_unicode(encoding: str) -> None:
    body = '{"status": 0, "data": {"taskId": "T1", "status": 1}}'.encode(encoding)
    assert read_callback(body) == "T1"


@pytest.mark.parametrize("name", sorted(BROKEN_BODIES.keys() - {"half a surrogate"}))
def test_a_callback_that_is_no_json_object_is_malformed(name: str) -> None:
    with pytest.raises(MalformedCallbackError):
        read_callback(BROKEN_BODIES[name])


@pytest.mark.parametrize("value", [[], [{"taskId": TASK}], "x", 1, True])
def test_a_callback_that_is_other_json_is_malformed(value: object) -> None:
    with pytest.raises(MalformedCallbackError):
        read_callback(body(value))
