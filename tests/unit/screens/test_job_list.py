"""The list of a person's jobs: what it shows, and what its buttons carry."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.deliveries import DeliveryStatus
from bot.domain.errors import OutdatedError
from bot.domain.jobs import Failure, FailureCode, Job, JobPage, JobStatus, Variation
from bot.domain.views import MAX_ACTION_LENGTH, Action, Picture, Row, View
from bot.screens import actions
from bot.screens.job_list import Press, Shown, Wanted, links_of, list_view, search_form
from tests.shown import actions_of, buttons_of, labels_of, text_of
from tests.unit.screens.listed import delivery, job, page

ACTIONS = [
    actions.JOBS_PAGE,
    actions.JOBS_REFRESH,
    actions.JOBS_FILTER,
    actions.JOBS_FIND,
    actions.JOBS_FIND_ALL,
    actions.JOBS_DETAILS,
    actions.JOBS_POST,
    actions.JOBS_CANCEL,
]
OF_ALL = {actions.JOBS_REFRESH, actions.JOBS_FIND_ALL}  # never with a job


def shown(jobs: JobPage, wanted: Wanted | None = None) -> View:
    urls = {each.id: f"chat/{each.id}" for each in jobs.jobs}
    return list_view(jobs, wanted or Wanted(), "en", urls=urls)


def sizes_of(view: View | None) -> Iterator[View]:
    while view is not None:
        yield view
        view = view.smaller


# ── What the buttons carry ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("search", ["", "a: b", "100%", "🦊 fox", "a_b\\c", ":"])
@pytest.mark.parametrize("name", ACTIONS)
def test_a_press_reads_what_the_button_says(name: str, search: str) -> None:
    wanted = Wanted(shown=Shown.FAILED, search=search, page=12)
    action = Action.parse(str(wanted.action(name, job().id)))
    assert Press.of(action) == Press(wanted=wanted, job_id=job().id)


@pytest.mark.parametrize("search", ["*" * 400, "🦊" * 400])
@pytest.mark.parametrize("name", ACTIONS)
def test_every_action_is_short_enough(name: str, search: str) -> None:
    wanted = replace(Wanted.of("c", search), page=10**9)
    action = str(wanted.action(name, "" if name in OF_ALL else job().id))
    assert len(action.encode("utf-16-le")) // 2 <= MAX_ACTION_LENGTH
    assert Press.of(Action.parse(action)).wanted.search == wanted.search


@pytest.mark.parametrize("state", ["", "x:0:a:", ":0:z:", ":-1:a:", ":12345:a:", ":0:a"])
def test_a_button_of_another_version_says_so(state: str) -> None:
    with pytest.raises(OutdatedError):
        Press.of(Action("jobs.page", tuple(state.split(":"))))


def test_there_are_no_other_states() -> None:
    with pytest.raises(OutdatedError):
        Wanted.of("z", None)


def test_a_search_is_kept_on_one_line() -> None:
    assert Wanted.of(None, "  a\n fox\u2028 ").search == "a fox"


def test_no_two_buttons_are_the_same() -> None:
    asked = actions_of(shown(page(job(number=number) for number in range(5)), Wanted(search="a")))
    assert len(set(asked)) == len(asked)


def test_the_form_remembers_which_states_are_shown() -> None:
    form = search_form(Wanted(shown=Shown.DONE), "en")
    assert form.action == Action(actions.JOBS_SEARCH, ("d",))


# ── An entry ────────────────────────────────────────────────────────────────────────────────────


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
    assert labels_of(shown(page([job(status)])))[:-2] == expected


def test_a_job_without_a_message_has_no_way_there() -> None:
    assert labels_of(list_view(page([job()]), Wanted(), "en"))[:-2] == ["Details", "Post here"]


def test_a_discarded_result_can_be_posted() -> None:
    view = shown(page([job(is_discarded=True)]))
    assert "Done, but not posted" in text_of(view)
    assert "Post here" in labels_of(view)


def test_a_result_that_could_not_be_posted_says_so() -> None:
    lost = replace(delivery(job()), status=DeliveryStatus.UNDELIVERABLE)
    listed = replace(page([job()]), deliveries={job().id: lost})
    assert "Done, but I couldn't post it" in text_of(shown(listed))


def test_a_failed_job_says_why_in_the_list() -> None:
    failure = Failure(code=FailureCode.PROMPT, detail="Banned word: gore")
    said = text_of(shown(page([job(JobStatus.FAILED, failure=failure)])))
    assert "Midjourney didn't accept this prompt." in said
    assert "Midjourney said: “Banned word: gore”" in said


def test_a_private_job_says_so() -> None:
    assert "only for you" in text_of(shown(page([job(is_private=True)])))


def test_a_list_shows_links_as_a_symbol_and_never_at_the_cost_of_words() -> None:
    prompt = " ".join([*[f"https://x.example/{'y' * 90}/{n}.png" for n in range(5)], "a red fox"])
    said = text_of(shown(page([job(prompt=prompt)])))
    assert "🔗×5 a red fox" in said
    assert "x.example" not in said


def test_a_variation_is_listed_without_the_link_of_its_picture() -> None:
    varied = job(prompt="https://cdn.example/1.png a red fox", variation=Variation(number=3))
    said = text_of(shown(page([varied])))
    assert said.splitlines()[1] == "a red fox"
    assert "Variation of image 3" in said


def test_a_thumbnail_stands_beside_its_entry() -> None:
    first, second = job(), job(number=1)
    thumbnails = {second.id: Picture(url="small")}
    view = list_view(page([first, second]), Wanted(), "en", thumbnails=thumbnails)
    assert [each.beside for each in view.elements if isinstance(each, Row)] == [
        thumbnails[second.id]
    ]


# ── The page ────────────────────────────────────────────────────────────────────────────────────


def test_the_way_to_a_message_is_a_link_where_buttons_find_no_room() -> None:
    largest, middle, smallest = sizes_of(shown(page(job(number=number) for number in range(5))))
    for view in (largest, middle):
        assert labels_of(view).count("Go to message") == 5
        assert "Go to message" not in text_of(view)
    assert "Go to message" not in labels_of(smallest)
    assert text_of(smallest).count("Go to message") == 5
    assert len(largest.elements) > len(middle.elements) == len(smallest.elements)


def test_the_first_page_has_nothing_newer() -> None:
    view = shown(page([job()], total=6))
    enabled = {str(button.label): button.is_enabled for button in buttons_of(view)}
    assert not enabled["Newer"]
    assert enabled["Older"]


def test_buttons_carry_the_page_that_is_shown() -> None:
    view = shown(page([job()], number=1, total=6), Wanted(page=7))
    assert {Press.of(action).wanted.page for action in actions_of(view)} == {0, 1, 2}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [(Wanted(), "Nothing here yet"), (Wanted(search="cat"), "No jobs match")],
)
def test_an_empty_list_says_what_to_do(wanted: Wanted, expected: str) -> None:
    assert expected in text_of(shown(page([]), wanted))


def test_details_get_at_most_two_more_buttons() -> None:
    assert len(links_of(job(), "chat/60")) == 2


def test_what_is_not_done_cannot_be_posted_from_its_details() -> None:
    running: Job = job(JobStatus.RUNNING)
    assert links_of(running, None) == []
