"""What the panels show and carry, and Discord's limits on them with extreme data."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.deliveries import Delivery, DeliveryStatus, Part
from bot.domain.jobs import Failure, FailureCode, Job, JobPage, JobStatus, Mode, Variation
from bot.domain.people import Preferences, Preset
from bot.domain.queue import QueueState
from bot.domain.texts import msg
from bot.locales.languages import available_languages
from bot.platforms.discord.cards.custom_ids import CUSTOM_ID, PanelId
from bot.platforms.discord.cards.links import message_url, seen_from
from bot.platforms.discord.panels import help as help_card
from bot.platforms.discord.panels import presets as preset_views
from bot.platforms.discord.panels.job_list import JobPress, Shown, Verb, Wanted, links_of, list_view
from bot.platforms.discord.panels.queue import queue_view
from bot.platforms.discord.panels.settings import parameters_form, settings_view
from bot.services.jobs import Outlook
from bot.services.personal import MAX_NAME, MAX_PARAMETERS, MAX_PRESETS, MAX_SUFFIX

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SNOWFLAKE = "1234567890123456789"
# Each character needs a backslash, and the text is as long as Discord takes.
WILD = "*_`~|>#-[]()<@&\\" * 375
EMOJIS = "🦊" * 400


def job(status: JobStatus = JobStatus.SUCCEEDED, *, number: int = 0, prompt: str = "a fox") -> Job:
    return Job(
        id=f"{'a' * 19}{'abcdefghijklmnopqrstuvwxyz'[number]}",
        source_key=f"discord:{SNOWFLAKE}:0",
        origin=Origin(
            person=Person(platform="discord", id=SNOWFLAKE),
            conversation=Conversation(platform="discord", tenant_id=SNOWFLAKE, id=SNOWFLAKE),
        ),
        prompt=prompt,
        mode=Mode.FAST,
        status=status,
        created_at=NOW,
        claimable_at=NOW,
        finished_at=NOW if status.is_final else None,
        image_urls=("https://cdn.example/1.png",) if status is JobStatus.SUCCEEDED else (),
        failure=(
            Failure(code=FailureCode.LINK, detail=WILD) if status is JobStatus.FAILED else None
        ),
    )


def delivery(
    of: Job, *, message_id: str | None = SNOWFLAKE, conversation_id: str | None = None
) -> Delivery:
    part = Part(number=0, images=(0,), started_at=NOW, message_id=message_id)
    return Delivery(
        job_id=of.id,
        status=DeliveryStatus.POSTED,
        parts=(part,),
        conversation_id=conversation_id,
    )


def page(jobs: Iterable[Job], *, number: int = 0, total: int | None = None) -> JobPage:
    listed = tuple(jobs)
    return JobPage(
        jobs=listed,
        number=number,
        total=len(listed) if total is None else total,
        size=5,
        deliveries={each.id: delivery(each) for each in listed},
    )


def full_page(status: JobStatus, prompt: str) -> JobPage:
    jobs = [job(status, number=number, prompt=prompt) for number in range(5)]
    return page(jobs, number=5000, total=50_000)


def parts_of(view: discord.ui.LayoutView) -> list[dict[str, Any]]:
    def walk(components: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        for component in components:
            yield component
            yield from walk(component.get("components", []))
            if "accessory" in component:
                yield from walk([component["accessory"]])

    return list(walk(view.to_components()))


def text_of(view: discord.ui.LayoutView) -> str:
    return "\n".join(part["content"] for part in parts_of(view) if part["type"] == 10)


def labels_of(view: discord.ui.LayoutView) -> list[str]:
    return [part["label"] for part in parts_of(view) if part["type"] == 2]


def outlook(pause: bool = False) -> Outlook:
    huge = QueueState(waiting=10**9, in_flight=10**9)
    return Outlook(
        everybody=huge,
        person=huge,
        slots=100,
        expected_at=dict.fromkeys(Mode, NOW + timedelta(hours=1)),
        pause=msg("The Midjourney account has no quota left.") if pause else None,
    )


def presets(name: str, text: str) -> list[Preset]:
    return [
        Preset(
            name=f"{number:02}{name}"[:MAX_NAME],
            parameters=text[:MAX_PARAMETERS],
            suffix=text[:MAX_SUFFIX],
        )
        for number in range(MAX_PRESETS)
    ]


EXTREME: dict[str, Callable[[], discord.ui.LayoutView]] = {
    **{
        f"jobs-{status}-{kind}": lambda status=status, text=text: list_view(  # type: ignore[misc]
            full_page(status, text), Wanted.of("c", text), "de"
        )
        for status in JobStatus
        for kind, text in (("wild", WILD), ("emoji", EMOJIS))
    },
    "jobs-none": lambda: list_view(page([]), Wanted.of(None, WILD), "en"),
    "presets": lambda: preset_views.list_view(presets(WILD, WILD), "de"),
    "presets-emoji": lambda: preset_views.list_view(presets(EMOJIS, EMOJIS), "de"),
    "presets-none": lambda: preset_views.list_view([], "en"),
    "preset": lambda: preset_views.preset_view(presets(EMOJIS, WILD)[0], "de"),
    "settings": lambda: settings_view(
        Preferences(parameters=WILD[:MAX_PARAMETERS], mode=Mode.FAST, wants_dm=True), "de"
    ),
    "queue": lambda: queue_view(outlook(), full_page(JobStatus.QUEUED, WILD), "de"),
    "queue-paused": lambda: queue_view(outlook(pause=True), page([]), "en"),
    "help": lambda: help_card.help_view("de"),
}


@pytest.mark.parametrize("view", EXTREME.values(), ids=EXTREME)
def test_a_view_stays_within_discords_limits(view: Callable[[], discord.ui.LayoutView]) -> None:
    parts = parts_of(view())
    texts = [part["content"] for part in parts if part["type"] == 10]
    assert len(parts) <= 40
    assert sum(map(len, texts)) <= 4000
    assert all(texts)
    for part in parts:
        if part["type"] == 1:
            assert 1 <= len(part["components"]) <= 5
        if part["type"] == 3:
            check_options(part["options"])
        assert len(part.get("label") or "") <= 80


def check_options(options: list[dict[str, Any]]) -> None:
    assert 1 <= len(options) <= 25
    assert sum(bool(option.get("default")) for option in options) <= 1
    assert len({option["value"] for option in options}) == len(options)
    for option in options:
        assert 1 <= len(option["label"]) <= 100
        assert 1 <= len(option["value"]) <= 100


@pytest.mark.parametrize("view", EXTREME.values(), ids=EXTREME)
def test_every_custom_id_is_short_unique_and_understood(
    view: Callable[[], discord.ui.LayoutView],
) -> None:
    ids = [part["custom_id"] for part in parts_of(view()) if part.get("custom_id")]
    assert len(set(ids)) == len(ids)
    for custom_id in ids:
        assert len(custom_id.encode("utf-16-le")) // 2 <= 100
        assert CUSTOM_ID.fullmatch(custom_id)


# ── The list of jobs ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("search", ["", "a: b", "100%", "🦊 fox", "a_b\\c", ":"])
@pytest.mark.parametrize("verb", Verb)
def test_a_press_reads_what_its_custom_id_says(verb: Verb, search: str) -> None:
    wanted = Wanted(shown=Shown.FAILED, search=search, page=12)
    press = JobPress(verb=verb, wanted=wanted, job_id=job().id)
    match = CUSTOM_ID.fullmatch(press.custom_id)
    assert match is not None
    assert JobPress.parse(PanelId.from_match(match).state) == press


def test_a_search_is_kept_on_one_line() -> None:
    assert Wanted.of(None, "  a\n fox\u2028 ").search == "a fox"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (JobStatus.QUEUED, ["Details", "Go to message", "Cancel"]),
        (JobStatus.RUNNING, ["Details", "Go to message"]),
        (JobStatus.SUCCEEDED, ["Details", "Go to message", "Post here"]),
        (JobStatus.FAILED, ["Details", "Go to message"]),
    ],
)
def test_an_entry_offers_what_can_be_done(status: JobStatus, expected: list[str]) -> None:
    assert labels_of(list_view(page([job(status)]), Wanted(), "en"))[:-2] == expected


def test_a_discarded_result_can_be_posted() -> None:
    discarded = Job(**{**_fields(job()), "is_discarded": True})
    shown = list_view(JobPage(jobs=(discarded,), number=0, total=1, size=5), Wanted(), "en")
    assert "Done, but not posted" in text_of(shown)
    assert "Post here" in labels_of(shown)


def test_a_failed_job_says_why_in_the_list() -> None:
    failed = replace(
        job(JobStatus.FAILED),
        failure=Failure(code=FailureCode.PROMPT, detail="Banned word: gore"),
    )
    said = text_of(list_view(page([failed]), Wanted(), "en"))
    assert "Midjourney didn't accept this prompt." in said
    assert "Midjourney said: “Banned word: gore”" in said


def test_a_list_shows_links_as_a_symbol_and_never_at_the_cost_of_words() -> None:
    prompt = " ".join([*[f"https://x.example/{'y' * 90}/{n}.png" for n in range(5)], "a red fox"])
    for view in (
        list_view(page([job(prompt=prompt)]), Wanted(), "en"),
        queue_view(outlook(), page([job(JobStatus.QUEUED, prompt=prompt)]), "en"),
    ):
        assert "🔗×5 a red fox" in text_of(view)
        assert "x.example" not in text_of(view)


def test_a_variation_is_listed_without_the_link_of_its_picture() -> None:
    varied = replace(
        job(prompt="https://cdn.example/1.png a red fox"), variation=Variation(number=3)
    )
    said = text_of(list_view(page([varied]), Wanted(), "en"))
    assert said.splitlines()[1] == "a red fox"
    assert "Variation of image 3" in said


@pytest.mark.parametrize(
    ("status", "expected"),
    [(JobStatus.SUCCEEDED, 1), (JobStatus.FAILED, 0), (JobStatus.QUEUED, 0)],
)
def test_finished_jobs_have_a_thumbnail(status: JobStatus, expected: int) -> None:
    view = list_view(page([job(status)]), Wanted(), "en")
    thumbnails = [part for part in parts_of(view) if part["type"] == 11]
    assert len(thumbnails) == expected
    assert all(1 <= len(each["description"]) <= 256 for each in thumbnails)


def test_the_way_to_a_message_is_always_there_as_a_link_where_buttons_find_no_room() -> None:
    few = list_view(page(full_page(JobStatus.SUCCEEDED, "a fox").jobs[:2]), Wanted(), "en")
    assert labels_of(few).count("Go to message") == 2
    many = list_view(full_page(JobStatus.SUCCEEDED, "a fox"), Wanted(), "en")
    assert "Go to message" not in labels_of(many)
    url = f"https://discord.com/channels/{SNOWFLAKE}/{SNOWFLAKE}/{SNOWFLAKE}"
    assert text_of(many).count(f"[Go to message]({url})") == 5
    assert labels_of(many).count("Post here") == 5


def _fields(of: Job) -> dict[str, Any]:
    return {name: getattr(of, name) for name in of.__dataclass_fields__}


def test_the_first_page_has_nothing_newer() -> None:
    shown = list_view(page([job()], number=0, total=6), Wanted(), "en")
    buttons = {part["label"]: part["disabled"] for part in parts_of(shown) if part["type"] == 2}
    assert buttons["Newer"]
    assert not buttons["Older"]


def test_a_link_leads_to_where_the_result_stands() -> None:
    guild = f"https://discord.com/channels/{SNOWFLAKE}/{SNOWFLAKE}/{SNOWFLAKE}"
    direct = f"https://discord.com/channels/@me/42/{SNOWFLAKE}"
    assert message_url(job(), delivery(job())) == guild
    assert message_url(job(), delivery(job(), conversation_id="42")) == direct


@pytest.mark.parametrize("message_id", [None, "0"])
def test_a_message_that_is_not_there_has_no_link(message_id: str | None) -> None:
    assert message_url(job(), delivery(job(), message_id=message_id)) is None
    assert message_url(job(), None) is None


def test_details_get_at_most_two_more_buttons() -> None:
    assert len(links_of(job(), delivery(job()), "en")) == 2


# ── The others ──────────────────────────────────────────────────────────────────────────────────


def test_the_form_for_parameters_stays_within_discords_limits() -> None:
    form = parameters_form(WILD[:MAX_PARAMETERS], "de").to_dict()
    (label,) = form["components"]
    assert len(form["title"]) <= 45
    assert len(form["custom_id"]) <= 100
    assert len(label["label"]) <= 45
    assert len(label["description"]) <= 100
    assert len(label["component"]["value"]) <= label["component"]["max_length"] <= 4000


def test_the_examples_are_few_and_good() -> None:
    assert 1 <= len(help_card.EXAMPLES) <= 5


def test_a_paused_queue_makes_no_promise() -> None:
    shown = text_of(queue_view(outlook(pause=True), page([]), "en"))
    assert "no quota" in shown
    assert "<t:" not in shown


def test_the_languages_are_named_in_themselves() -> None:
    assert next(iter(available_languages())) == "en"
    assert available_languages()["en"] == "English"


# ── Links only to what the person can see ───────────────────────────────────────────────────────


def private(*, is_direct: bool) -> tuple[Job, Delivery]:
    of = replace(job(), is_private=True)
    given = delivery(of, conversation_id="42" if is_direct else None)
    part = replace(given.parts[0], is_direct=is_direct)
    return of, replace(given, parts=(part,))


def test_an_answer_that_one_person_sees_has_no_link() -> None:
    of, given = private(is_direct=False)
    assert message_url(of, given) is None
    assert "Go to message" not in [button.label for button in links_of(of, given, "en")]


def test_a_direct_message_has_a_link_for_its_owner() -> None:
    assert (
        message_url(*private(is_direct=True)) == f"https://discord.com/channels/@me/42/{SNOWFLAKE}"
    )


def test_of_a_private_result_in_parts_the_direct_one_is_linked() -> None:
    of, given = private(is_direct=True)
    answer = replace(given.parts[0], is_direct=False, message_id="1")
    assert str(message_url(of, replace(given, parts=(answer, *given.parts)))).endswith(SNOWFLAKE)


def test_what_a_job_varies_is_linked_only_where_it_stands() -> None:
    url = f"https://discord.com/channels/{SNOWFLAKE}/{SNOWFLAKE}/1"
    varied = replace(job(), variation=Variation(number=2, message_url=url))
    assert seen_from(varied, SNOWFLAKE) == varied
    elsewhere = seen_from(varied, "42").variation
    assert elsewhere == Variation(number=2)
