"""The keys of what is shown without a part number: they must fit Discord's nonce, too."""

from collections.abc import Callable

import pytest

from bot.domain.jobs import new_job_id
from bot.domain.outbox import done_key, group_key

MAX_NONCE = 25


@pytest.mark.parametrize(
    "key_of",
    [group_key, lambda job_id: done_key(job_id, None), lambda job_id: done_key("", job_id)],
    ids=["a group's placeholder", "a single job's end", "a group's end"],
)
def test_every_key_is_short_enough_for_a_nonce(key_of: Callable[[str], str]) -> None:
    key = key_of(new_job_id())
    assert len(key) <= MAX_NONCE


def test_a_group_and_its_first_job_have_different_keys() -> None:
    job_id = new_job_id()
    assert len({job_id, group_key(job_id), done_key(job_id, job_id)}) == 3
