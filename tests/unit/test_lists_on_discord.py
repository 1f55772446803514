"""The list of jobs stays within Discord's limits, whatever people write."""

from typing import Any

import pytest

from bot.domain.jobs import JobStatus
from bot.domain.views import MAX_ACTION_LENGTH, Picture
from bot.platforms.discord.rendering import render_view
from bot.screens.job_list import Wanted, list_view
from tests.unit.screens.listed import job, page
from tests.views import parts_of, text_of

# Each character needs a backslash, and the text is as long as Discord takes.
WILD = "*_`~|>#-[]()<@&\\" * 375
EMOJIS = "🦊" * 400
URL = f"https://discord.com/channels/{'1' * 19}/{'2' * 19}/{'3' * 19}"
BUTTON, TEXT, ROW = 2, 10, 1


def shown(status: JobStatus, words: str) -> Any:
    jobs = [job(status, number=number, prompt=words) for number in range(5)]
    return render_view(
        list_view(
            page(jobs, number=5000, total=50_000),
            Wanted.of("c", words),
            "de",
            urls={each.id: URL for each in jobs},
            thumbnails={each.id: Picture(url=URL, words=words) for each in jobs},
        )
    )


@pytest.mark.parametrize("words", [WILD, EMOJIS], ids=["wild", "emoji"])
@pytest.mark.parametrize("status", JobStatus)
def test_a_full_page_is_taken(status: JobStatus, words: str) -> None:
    parts = parts_of(shown(status, words))
    texts = [part["content"] for part in parts if part["type"] == TEXT]
    ids = [part["custom_id"] for part in parts if part.get("custom_id")]
    assert all(texts)
    assert sum(map(len, texts)) <= 4000
    assert all(1 <= len(part["components"]) <= 5 for part in parts if part["type"] == ROW)
    assert len(set(ids)) == len(ids)
    assert max(len(each.encode("utf-16-le")) // 2 for each in ids) <= MAX_ACTION_LENGTH


@pytest.mark.parametrize("words", [WILD, EMOJIS], ids=["wild", "emoji"])
def test_an_empty_page_of_a_long_search_is_taken(words: str) -> None:
    assert len(text_of(render_view(list_view(page([]), Wanted.of(None, words), "en")))) <= 4000


def test_links_stand_in_the_text_where_buttons_find_no_room() -> None:
    many = shown(JobStatus.SUCCEEDED, "a fox")
    assert text_of(many).count(f"({URL})") == 5
    assert URL not in [part.get("url") for part in parts_of(many) if part["type"] == BUTTON]
