"""A result of several messages, and files that a platform does not take."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.domain.deliveries import DeliveryStatus
from bot.domain.errors import (
    FilesRefusedError,
    MessageTooLargeError,
    NotSentError,
)
from bot.ports.messenger import MessengerLimits
from tests.integration.outbox.fixtures import Bench
from tests.integration.outbox.platforms import (
    PLAIN,
    every_platform,
    finished,
    stands_once,
)


@every_platform
async def test_what_stands_is_not_posted_again_for_what_does_not(
    bench: Bench, limits: MessengerLimits
) -> None:
    job = await finished(bench, replace(limits, max_pictures=2))
    bench.messenger.fail("send", None, NotSentError("closed"))
    await bench.work_off()
    await bench.work_off(minutes=1)
    assert [shown.number for shown in bench.standing()] == [0, 1]
    assert bench.pictures() == [[1, 2], [3, 4]]
    assert len(bench.images.fetched) == 4 + 2
    assert await bench.status(job) is DeliveryStatus.POSTED


@every_platform
async def test_what_is_too_large_comes_in_smaller_messages(
    bench: Bench, limits: MessengerLimits
) -> None:
    job = await finished(bench, limits)
    bench.messenger.fail("send", *[MessageTooLargeError() for _ in range(3)])
    await bench.work_off()
    assert bench.pictures() == [[1, 2], [3, 4]]
    assert await bench.status(job) is DeliveryStatus.POSTED


def pictured(bench: Bench) -> list[int]:
    """Return how many pictures each message of a result shows."""
    return [len(shown.view.pictures) for shown in bench.standing()]


@every_platform
async def test_files_that_are_never_taken_come_as_links(
    bench: Bench, limits: MessengerLimits
) -> None:
    job = await finished(bench, limits)
    bench.messenger.fail("send", FilesRefusedError("no room", is_final=True))
    with capture_logs() as logs:
        await bench.work_off()
    assert pictured(bench) == [0]
    assert await stands_once(bench, job)
    (told,) = [each for each in logs if each["event"] == "files_refused"]
    assert (told["log_level"], told["reason"]) == ("error", "no room")


@pytest.mark.parametrize(("refusals", "pictures"), [(5, 4), (6, 0)])
async def test_files_that_are_refused_for_no_known_reason_are_tried_again_first(
    bench: Bench, refusals: int, pictures: int
) -> None:
    job = await finished(bench, PLAIN)
    odd = FilesRefusedError("a new word", is_final=False)
    bench.messenger.fail("send", *[odd] * refusals)
    for _ in range(6):
        await bench.work_off(minutes=1)
    assert pictured(bench) == [pictures]
    assert await stands_once(bench, job)
