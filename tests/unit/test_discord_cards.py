"""What a card says and carries, and Discord's limits on it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.jobs import Failure, FailureCode, Job, JobStatus, Mode, Variation
from bot.domain.pictures import FetchedImage
from bot.domain.queue import QueuePlace
from bot.domain.texts import msg
from bot.platforms.discord.cards import job_cards as cards
from bot.platforms.discord.cards import placeholder_cards
from bot.platforms.discord.cards.custom_ids import (
    CUSTOM_ID,
    Action,
    ButtonId,
    CardPlace,
    Form,
    FormId,
    card_mark,
)
from bot.platforms.discord.cards.details import details_view
from bot.platforms.discord.cards.facts import shown_prompt
from bot.platforms.discord.cards.forms import prompt_form
from bot.platforms.discord.cards.layouts import files_of
from bot.services.imagine import Accepted
from bot.services.requests import Request, read_request, typed
from tests import markdown
from tests.views import parts_of, text_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
JOB_ID = "abcdefghij2345672345"
ANN = "111111111111111111"
BEN = "222222222222222222"
PIXEL = b"\x89PNG\r\n\x1a\n"


LONGEST = [
    "x" * 4000,
    "*" * 4000,
    "<" * 4000,
    "@everyone " * 400,
    "🦊" * 4000,
    "\u202eثعلب أحمر " * 330,
    "* --no " + "*, " * 1300,
    "* " + "--sref https://x.example/" + "_" * 3900,
]


def job(
    prompt: str = "a red fox",
    *,
    images: int = 4,
    failure: Failure | None = None,
    url: str = "https://cdn.example/{}.png",
) -> Job:
    return Job(
        id=JOB_ID,
        source_key="discord:222222222222222222:0",
        origin=Origin(
            person=Person(platform="discord", id=ANN),
            conversation=Conversation(platform="discord", tenant_id="3", id="4"),
        ),
        prompt=prompt,
        mode=Mode.FAST,
        status=JobStatus.SUCCEEDED if failure is None else JobStatus.FAILED,
        created_at=NOW,
        claimable_at=NOW,
        submitted_at=NOW,
        finished_at=NOW + timedelta(seconds=65),
        image_urls=tuple(url.format(n) for n in range(images)),
        failure=failure,
    )


def images_of(job: Job, *, missing: Iterable[int] = ()) -> list[FetchedImage]:
    return [
        FetchedImage(index=index, url=url, data=None if index in set(missing) else PIXEL)
        for index, url in enumerate(job.image_urls)
    ]


def shown_of(view: discord.ui.LayoutView) -> str:
    return markdown.shown(text_of(view))


def buttons_of(view: discord.ui.LayoutView) -> list[dict[str, Any]]:
    return [part for part in parts_of(view) if part["type"] == 2]


def labels_of(view: discord.ui.LayoutView) -> list[str]:
    return [button["label"] for button in buttons_of(view)]


def read(view: discord.ui.LayoutView) -> str:
    """Return the text as Discord shows it, without what keeps it from being formatting."""
    return text_of(view).replace("\\", "")


def rows_of(view: discord.ui.LayoutView) -> list[list[str]]:
    rows = [part["components"] for part in parts_of(view) if part["type"] == 1]
    return [[button["label"] for button in row] for row in rows]


def gallery_of(view: discord.ui.LayoutView) -> list[str]:
    galleries = [part for part in parts_of(view) if part["type"] == 12]
    return [item["media"]["url"] for gallery in galleries for item in gallery["items"]]


def alternatives_of(view: discord.ui.LayoutView) -> list[str]:
    galleries = [part for part in parts_of(view) if part["type"] == 12]
    return [item["description"] for gallery in galleries for item in gallery["items"]]


def accepted(ahead: int, in_flight: int) -> Accepted:
    place = QueuePlace(ahead=ahead, in_flight=in_flight, slots=10)
    return Accepted(jobs=(job(),), place=place, expected_at=NOW + timedelta(minutes=1))


def test_a_card_has_its_numbers_and_actions_as_buttons() -> None:
    view = cards.result_card(job(), 0, images_of(job()))
    assert rows_of(view) == [
        ["1", "2", "3", "4"],
        ["V1", "V2", "V3", "V4"],
        ["Again", "Edit", "Delete", "Details"],
    ]


def test_v3_varies_the_third_image() -> None:
    view = cards.result_card(job(), 0, images_of(job()))
    (press,) = [button["custom_id"] for button in buttons_of(view) if button["label"] == "V3"]
    assert press == str(ButtonId(action=Action.VARY, job_id=JOB_ID, number=3))


@pytest.mark.parametrize("count", range(1, 25))
def test_a_card_of_any_number_of_images_keeps_discords_limits(count: int) -> None:
    many = job("x" * 4000, images=count)
    images = images_of(many, missing=range(0, count, 3))
    for part, first in enumerate(range(0, count, 10)):
        shown = images[first : first + 10]
        view = cards.result_card(many, part, shown)
        numbers = [str(image.index + 1) for image in shown]
        assert labels_of(view)[: 2 * len(shown)] == [*numbers, *(f"V{each}" for each in numbers)]
        assert all(1 <= len(row) <= 5 for row in rows_of(view))
        assert len(parts_of(view)) <= 40


def test_a_card_shows_exactly_the_files_sent_with_it() -> None:
    images = images_of(job(), missing=[2])
    names = [file.filename for file in files_of(JOB_ID, images)]
    assert gallery_of(cards.result_card(job(), 0, images)) == [f"attachment://{n}" for n in names]
    assert names == [f"{JOB_ID}-{n}.png" for n in (1, 2, 4)]


def test_an_image_that_could_not_be_fetched_is_opened_by_its_button() -> None:
    view = cards.result_card(job(), 0, images_of(job(), missing=[2]))
    assert "I couldn't fetch image 3. Its button opens it in your browser." in text_of(view)
    assert "https://" not in text_of(view)
    links = {button["label"]: button.get("url") for button in buttons_of(view)}
    assert links["3"] == "https://cdn.example/2.png"
    assert [label for label, link in links.items() if link] == ["3"]


def test_several_images_that_could_not_be_fetched_are_named_in_one_sentence() -> None:
    text = text_of(cards.result_card(job(), 0, images_of(job(), missing=[0, 2])))
    assert "I couldn't fetch images 1, 3. Their buttons open them in your browser." in text


def test_a_link_that_is_too_long_for_a_button_is_tried_again_by_it() -> None:
    long = job(url="https://cdn.example/" + "x" * 500 + "{}.png")
    view = cards.result_card(long, 0, images_of(long, missing=[1]))
    assert "I couldn't fetch image 2.\n" in text_of(view)
    assert not any("url" in button for button in buttons_of(view))


def test_a_card_without_any_image_has_no_gallery() -> None:
    assert gallery_of(cards.result_card(job(), 0, images_of(job(), missing=range(4)))) == []


def test_a_card_says_mode_time_and_person() -> None:
    text = text_of(cards.result_card(job(), 0, images_of(job())))
    assert f"<@{ANN}> · fast mode · in 1 min 5 s" in text
    assert "quota" not in text


@pytest.mark.parametrize(
    ("mode", "cost"),
    [(Mode.FAST, "2 quota units, about $0.02"), (Mode.RELAXED, "1 quota unit, about $0.01")],
)
def test_the_details_say_what_a_job_costs(mode: Mode, cost: str) -> None:
    assert cost in text_of(details_view(replace(job(), mode=mode), "en"))


def test_a_card_shows_the_words_and_below_what_shaped_them() -> None:
    asked = job("https://x.example/a.png a red fox --ar 16:9 --stylize 250 --v 8.2")
    text = text_of(cards.result_card(asked, 0, images_of(asked)))
    assert text.startswith(">>> a red fox\n-# 1 image prompt · --ar 16:9 · --stylize 250 · v8.2\n")


def test_a_link_among_the_parameters_is_shortened() -> None:
    asked = job("a red fox --sref https://x.example/long/way/style.png?ex=1 --niji 7")
    text = shown_of(cards.result_card(asked, 0, images_of(asked)))
    assert "--sref …/style.png · niji 7" in text


def test_a_prompt_of_images_alone_is_shown_as_links() -> None:
    asked = job("https://x.example/a.png https://x.example/b.png")
    text = text_of(cards.result_card(asked, 0, images_of(asked)))
    assert text.startswith(">>> 🔗×2\n-# 2 image prompts\n")


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [
        ("a red fox", "a red fox"),
        ("https://x.example/a.png a fox\n in  snow --ar 3:2", "🔗 a fox in snow --ar 3:2"),
        ("https://x.example/a.png  http://x.example/b a fox", "🔗×2 a fox"),
        ("a fox --sref HTTPS://x.example/a.png?b=c 123", "a fox --sref 🔗 123"),
        ("a fox, see (https://x.example/a.png) now", "a fox, see (🔗 now"),
    ],
)
def test_links_of_a_prompt_are_shown_as_a_symbol(prompt: str, shown: str) -> None:
    assert shown_prompt(prompt) == shown


@given(
    st.lists(st.sampled_from(["https://x.example/a.png", "fox", "--ar", "1:1", "🦊", "\n", " "]))
)
def test_a_shown_prompt_keeps_all_words_and_no_link(pieces: list[str]) -> None:
    shown = shown_prompt(" ".join(pieces))
    words = " ".join(each for each in pieces if "://" not in each).split()
    assert [each for each in shown.split() if not each.startswith("🔗")] == words
    assert "://" not in shown
    assert ("🔗" in shown) == any("://" in each for each in pieces)


# ── Pictures for those who cannot see them ──────────────────────────────────────────────────────


def test_the_words_stand_for_a_picture_without_parameters_and_links() -> None:
    asked = job("https://x.example/a.png a red fox --ar 16:9 --sref https://x.example/b.png")
    view = cards.result_card(asked, 0, images_of(asked))
    assert alternatives_of(view) == [f"a red fox, picture {n} of 4" for n in (1, 2, 3, 4)]


def test_a_picture_without_words_is_counted() -> None:
    asked = job("https://x.example/a.png https://x.example/b.png")
    view = cards.result_card(asked, 0, images_of(asked))
    assert alternatives_of(view)[0] == "picture 1 of 4"


def test_words_that_stand_for_a_picture_keep_discords_limit() -> None:
    (said, *_) = alternatives_of(cards.result_card(job("fox " * 900), 0, images_of(job())))
    assert len(said) <= 1024
    assert said.endswith("…, picture 1 of 4")


def test_words_for_a_picture_are_in_the_language_of_who_asked() -> None:
    german = replace(job(), origin=replace(job().origin, locale="de"))
    (said, *_) = alternatives_of(cards.result_card(german, 0, images_of(german)))
    assert said == "a red fox, Bild 1 von 4"


# ── Variations ──────────────────────────────────────────────────────────────────────────────────

VARIED_AT = "https://discord.com/channels/3/4/5"
VARIED = replace(
    job("https://cdn.example/2.png a red fox --ar 3:2"),
    variation=Variation(number=2, message_url=VARIED_AT),
)


def test_a_variation_says_of_which_picture_and_links_to_it() -> None:
    text = read(cards.result_card(VARIED, 0, images_of(VARIED)))
    assert text.startswith(f">>> a red fox\n-# [Variation of image 2]({VARIED_AT}) · --ar 3:2\n")
    assert "cdn.example" not in text


def test_a_variation_of_a_message_for_one_person_is_not_linked() -> None:
    varied = replace(VARIED, variation=Variation(number=2))
    text = read(cards.result_card(varied, 0, images_of(varied)))
    assert "-# Variation of image 2 · --ar 3:2" in text


def test_the_own_pictures_of_a_variation_are_counted_beside_it() -> None:
    varied = replace(VARIED, prompt="https://cdn.example/2.png https://x.example/a.png a red fox")
    text = read(cards.result_card(varied, 0, images_of(varied)))
    assert f"-# [Variation of image 2]({VARIED_AT}) · 1 image prompt\n" in text


def test_the_details_and_the_placeholder_of_a_variation_show_no_link_of_the_provider() -> None:
    details = text_of(details_view(VARIED, "en"))
    assert "```\na red fox --ar 3:2\n```" in details
    assert f"[Variation of image 2]({VARIED_AT})" in details
    waiting = replace(accepted(ahead=0, in_flight=0), jobs=(VARIED,))
    shown = read(placeholder_cards.placeholder(waiting))
    assert shown.startswith(f">>> a red fox --ar 3:2\n-# [Variation of image 2]({VARIED_AT})\n")
    assert "cdn.example" not in details + shown


# ── A picture by itself ─────────────────────────────────────────────────────────────────────────


def test_a_single_picture_has_its_prompt_its_people_and_buttons_of_its_own() -> None:
    view = cards.single_image(job("a red fox --ar 3:2"), images_of(job())[1], BEN, "en")
    assert read(view) == (
        f">>> a red fox\n-# --ar 3:2\n-# Image 2 at full size, for <@{BEN}>. Requested by <@{ANN}>."
    )
    assert labels_of(view) == ["Vary", "Again", "Delete"]
    assert alternatives_of(view) == ["a red fox, picture 2 of 4"]


def test_a_single_picture_of_ones_own_names_one_person() -> None:
    view = cards.single_image(job(), images_of(job())[1], ANN, "en")
    assert text_of(view).endswith(f"-# Image 2 at full size, for <@{ANN}>.")


def test_a_single_picture_never_looks_like_the_result() -> None:
    marks = {card_mark(JOB_ID, part) for part in range(1000)}
    for number in range(24):
        many = job(images=24)
        view = cards.single_image(many, images_of(many)[number], BEN, "en")
        assert marks.isdisjoint(button["custom_id"] for button in buttons_of(view))


@pytest.mark.parametrize("prompt", LONGEST)
def test_the_longest_single_picture_keeps_discords_limits(prompt: str) -> None:
    view = cards.single_image(job(prompt), images_of(job())[1], BEN, "de")
    assert len(text_of(view)) <= 4000
    assert all(len(each) <= 1024 for each in alternatives_of(view))


# ── Limits ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("prompt", LONGEST)
def test_the_longest_card_keeps_discords_limits(prompt: str) -> None:
    full = job(prompt, images=10, url="https://cdn.example/" + "x" * 100 + "{}.png")
    view = cards.result_card(full, 2, images_of(full, missing=range(10)))
    assert len(text_of(view)) <= 4000
    assert len(parts_of(view)) <= 40


@pytest.mark.parametrize("prompt", LONGEST)
def test_the_longest_failure_keeps_discords_limits(prompt: str) -> None:
    failed = job(prompt, failure=Failure(code=FailureCode.LATE, detail="_" * 9000))
    assert len(text_of(cards.failure_card(failed))) <= 4000


@pytest.mark.parametrize("prompt", [*LONGEST, "`" * 4000, "``` " * 1000])
def test_the_longest_details_keep_discords_limits(prompt: str) -> None:
    failed = job(prompt, failure=Failure(code=FailureCode.LATE))
    assert len(text_of(details_view(failed, "en"))) <= 4000


def test_ten_buttons_come_in_rows_of_five() -> None:
    ten = job(images=10)
    rows = rows_of(cards.result_card(ten, 0, images_of(ten)))
    assert [len(row) for row in rows] == [5, 5, 5, 5, 4]
    assert rows[2] == ["V1", "V2", "V3", "V4", "V5"]


@pytest.mark.parametrize(("part", "first", "last"), [(0, 1, 10), (1, 11, 20), (2, 21, 24)])
def test_the_parts_of_24_images_go_on_counting(part: int, first: int, last: int) -> None:
    many = job(images=24)
    view = cards.result_card(many, part, images_of(many)[first - 1 : last])
    numbers = [str(number) for number in range(first, last + 1)]
    varies = [f"V{number}" for number in numbers]
    assert labels_of(view) == [*numbers, *varies, "Again", "Edit", "Delete", "Details"]
    assert f"Images {first} to {last} of 24." in text_of(view)


@pytest.mark.parametrize("part", [0, 23])
def test_every_button_names_its_job_within_discords_limit(part: int) -> None:
    many = job(images=24)
    for button in buttons_of(cards.result_card(many, part, images_of(many)[14:])):
        found = CUSTOM_ID.fullmatch(button["custom_id"])
        assert found is not None
        assert found["job_id"] == JOB_ID
        assert len(button["custom_id"]) <= 100


def test_no_two_buttons_of_a_card_share_an_id() -> None:
    many = job(images=10)
    ids = [
        button["custom_id"] for button in buttons_of(cards.result_card(many, 1, images_of(many)))
    ]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "press",
    [
        ButtonId(action=Action.SHOW, job_id=JOB_ID, number=24),
        ButtonId(action=Action.AGAIN, job_id=JOB_ID),
        ButtonId(action=Action.DELETE, job_id=JOB_ID, number=0),
        ButtonId(action=Action.VARY, job_id=JOB_ID, number=24),
        ButtonId(action=Action.TAKE_DOWN, job_id=JOB_ID, number=24, person_id="9" * 20),
        ButtonId(
            action=Action.REMOVE,
            job_id=JOB_ID,
            place=CardPlace(channel_id=10**19, message_id=10**19),
        ),
    ],
)
def test_a_button_id_survives_its_custom_id(press: ButtonId) -> None:
    found = CUSTOM_ID.fullmatch(str(press))
    assert found is not None
    assert len(str(press)) <= 100
    assert ButtonId.from_match(found) == press


def test_formatting_in_a_prompt_is_shown_as_written() -> None:
    text = text_of(cards.result_card(job("**bold** `code` <t:1:R> # x"), 0, images_of(job())))
    assert "**bold** `code` <t:1:R> # x" in markdown.shown(text)
    assert markdown.live(text) == ["quote", "small", "mention"]


@pytest.mark.parametrize("prompt", ["@everyone look", "@here", "<@222222222222222222> hi"])
def test_a_prompt_mentions_nobody(prompt: str) -> None:
    text = text_of(cards.result_card(job(prompt), 0, images_of(job())))
    assert prompt in markdown.shown(text)
    assert markdown.live(text).count("mention") == 1  # of the person who asked


def test_a_failure_says_so_with_why_and_the_providers_words() -> None:
    failure = Failure(code=FailureCode.PROMPT, detail="Banned word: *gore*")
    text = text_of(cards.failure_card(job(failure=failure)))
    assert f"<@{ANN}>, this one didn't work out. It failed: Midjourney didn't accept" in text
    assert "Change the words" in text
    assert r"Midjourney said: “Banned word: \*gore\*" in text


@pytest.mark.parametrize(
    ("codes", "labels"),
    [
        (
            (FailureCode.PROMPT, FailureCode.LINK, FailureCode.REJECTED),
            ["Edit & retry", "Delete", "Details"],
        ),
        (
            (
                FailureCode.PROVIDER,
                FailureCode.NO_IMAGES,
                FailureCode.LATE,
                FailureCode.UNCERTAIN,
                FailureCode.EXPIRED,
            ),
            ["Again", "Edit & retry", "Delete", "Details"],
        ),
        (
            (FailureCode.QUOTA, FailureCode.KEY, FailureCode.OPERATOR),
            ["Edit & retry", "Delete", "Details"],
        ),
    ],
)
def test_a_failure_offers_what_can_be_done_about_it(
    codes: Iterable[FailureCode], labels: list[str]
) -> None:
    for code in codes:
        assert labels_of(cards.failure_card(job(failure=Failure(code=code)))) == labels


@pytest.mark.parametrize("code", [FailureCode.QUOTA, FailureCode.KEY, FailureCode.OPERATOR])
def test_a_failure_that_only_the_operator_can_mend_says_whom_to_ask(code: FailureCode) -> None:
    assert "the person who runs this bot" in text_of(
        cards.failure_card(job(failure=Failure(code=code)))
    )


def test_the_placeholder_says_what_was_asked_and_when_it_will_be_ready() -> None:
    text = text_of(placeholder_cards.placeholder(accepted(ahead=0, in_flight=0)))
    assert "a red fox" in text
    assert f"<t:{int((NOW + timedelta(minutes=1)).timestamp())}:R>" in text


@pytest.mark.parametrize(
    ("ahead", "in_flight", "words"),
    [(0, 9, "I'm on it"), (0, 10, "next in the queue"), (4, 10, "number 5 in the queue")],
)
def test_the_placeholder_says_the_place_in_the_queue(
    ahead: int, in_flight: int, words: str
) -> None:
    assert words in text_of(
        placeholder_cards.placeholder(accepted(ahead=ahead, in_flight=in_flight))
    )


async def test_a_view_that_is_sent_is_never_remembered() -> None:
    assert cards.result_card(job(), 0, images_of(job())).is_finished()


# ── What was remarked about the prompt ──────────────────────────────────────────────────────────

MANY_REMARKS = tuple(msg("{words}", words="*" * 4000) for _ in range(20))


def test_what_was_remarked_stays_with_the_pictures_and_with_a_failure() -> None:
    remarked = replace(job(), remarks=(msg("Newer than I am."), msg("Put right.")))
    failed = replace(remarked, failure=Failure(code=FailureCode.LATE), image_urls=())
    for view in (cards.result_card(remarked, 0, images_of(remarked)), cards.failure_card(failed)):
        assert text_of(view).splitlines()[-1] == "-# Newer than I am. Put right."
    assert "Put right" not in text_of(cards.result_card(remarked, 1, images_of(remarked)))


@pytest.mark.parametrize("prompt", ["x" * 4000, "*" * 4000, "a --no " + "*" * 3900])
def test_remarks_leave_room_for_all_else(prompt: str) -> None:
    full = replace(
        job(prompt, images=10, url="https://cdn.example/{}" + "x" * 200), remarks=MANY_REMARKS
    )
    failed = replace(full, failure=Failure(code=FailureCode.PROMPT, detail="*" * 4000))
    views = (
        cards.result_card(full, 0, images_of(full, missing=range(10))),
        cards.failure_card(failed),
    )
    for view in views:
        assert len(text_of(view)) <= 4000
        assert len(parts_of(view)) <= 40


# ── Details and forms ───────────────────────────────────────────────────────────────────────────


def test_details_hold_the_exact_prompt() -> None:
    prompt = "a *red* fox --ar 16:9 --seed 42"
    assert f"```\n{prompt}\n```" in text_of(details_view(job(prompt), "en"))


def test_a_prompt_cannot_break_out_of_its_block() -> None:
    text = text_of(details_view(job("a fox ``` @everyone `` x"), "en"))
    assert text.count("```") == 2
    assert "`` x" in text


def test_details_name_the_seed_the_times_and_the_id() -> None:
    text = text_of(details_view(job("a fox --seed 42"), "en"))
    asked, finished = int(NOW.timestamp()), int(NOW.timestamp()) + 65
    assert f"Requested by <@{ANN}>, <t:{asked}:f>" in text
    assert "Seed: 42" in text
    assert f"<t:{asked}:f>" in text
    assert f"<t:{finished}:f>" in text
    assert f"`{JOB_ID}`" in text


def test_details_of_a_failure_say_why() -> None:
    text = text_of(details_view(job(failure=Failure(code=FailureCode.QUOTA)), "en"))
    assert "**Failed**" in text
    assert "no quota left" in text


def test_a_job_that_was_cancelled_claims_no_cost() -> None:
    cancelled = replace(job(), status=JobStatus.CANCELLED)
    assert "quota" not in text_of(details_view(cancelled, "en"))


def test_delete_stands_in_the_details_only_for_who_may() -> None:
    place = CardPlace(channel_id=1, message_id=2)
    assert labels_of(details_view(job(), "en")) == ["Again", "Edit"]
    assert labels_of(details_view(job(), "en", card=place)) == ["Again", "Edit", "Delete"]


async def test_a_form_is_never_remembered() -> None:
    form = prompt_form(FormId(form=Form.EDIT, state=JOB_ID), "en", title=msg("Edit the prompt"))
    assert form.is_finished()


async def test_the_longest_prompt_stands_whole_in_its_form() -> None:
    form_id = FormId(form=Form.EDIT, state=f"{JOB_ID}:private")
    form = prompt_form(form_id, "en", title=msg("Edit the prompt"), prompt="🦊" * 4000)
    (label,) = form.to_dict()["components"]
    assert label["component"]["value"] == "🦊" * 4000
    assert label["component"]["max_length"] == 4000
    assert FormId.parse(form.custom_id) == form_id


@pytest.mark.parametrize(
    ("prompt", "mode", "expected"),
    [
        ("a fox --ar 16:9", Mode.FAST, "a fox --ar 16:9"),
        ("a fox", Mode.RELAXED, "a fox --relax"),
        ("a {red, blue} fox", Mode.FAST, r"a \{red, blue\} fox"),
        ("a {red} fox", Mode.FAST, "a {red} fox"),
    ],
)
def test_a_job_is_edited_as_one_would_type_it(prompt: str, mode: Mode, expected: str) -> None:
    asked = replace(job(prompt), mode=mode)
    assert typed(asked) == expected
    assert read_request(Request(prompt=expected), limit=1).prompts == (prompt,)


def test_a_refused_request_is_kept_as_one_would_type_it() -> None:
    request = Request(prompt="a fox", options={"ar": "16:0", "image": "https://x.example/a.png"})
    assert request.as_typed() == Request(
        prompt="a fox --ar 16:0", options={"image": "https://x.example/a.png"}
    )
