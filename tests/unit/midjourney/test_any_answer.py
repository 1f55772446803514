"""Any bytes whatever: each is read or refused with a documented error."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import (
    MalformedCallbackError,
    ProviderError,
    StatusUnavailableError,
)
from bot.midjourney.protocol import (
    MAX_DETAIL_LENGTH,
    MAX_IMAGES,
    read_callback,
    read_status,
    read_submit,
)
from tests.unit.midjourney.bodies import TASK, URLS, body

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from([0, 1, 2, "0", "1", 400, 401, 429, 500, 1001, "1002", TASK, *URLS])
)
FIELDS = st.sampled_from(
    ["status", "data", "message", "taskId", "image", "images", "url", "failReason"]
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(FIELDS | st.text(max_size=3), inner)
    ),
    max_leaves=25,
)
BODIES = st.binary() | JSON.map(body)
STATUSES = st.integers(100, 599) | st.just(200)


@given(STATUSES, BODIES)
def test_any_answer_to_a_submit_gives_a_task_id_or_a_documented_error(
    status: int, answer: bytes
) -> None:
    try:
        task_id = read_submit(status, answer)
    except ProviderError as error:
        assert error.detail.isprintable()  # noqa: PT017
        assert len(error.detail) <= MAX_DETAIL_LENGTH  # noqa: PT017
    else:
        assert 200 <= status <= 299
        assert task_id.isascii()
        assert task_id in answer.decode()


@given(STATUSES, BODIES)
def test_any_answer_to_a_status_call_gives_sound_reports_or_the_documented_error(
    status: int, answer: bytes
) -> None:
    try:
        reports = read_status(status, answer)
    except StatusUnavailableError:
        return
    assert len({report.task_id for report in reports}) == len(reports)
    for report in reports:
        assert len(report.image_urls) <= MAX_IMAGES
        assert report.is_finished == bool(report.image_urls or report.failure)
        assert all(url.lower().startswith(("http://", "https://")) for url in report.image_urls)


@given(BODIES)
def test_any_callback_names_a_task_or_none_or_is_malformed(callback: bytes) -> None:
    try:
        task_id = read_callback(callback)
    except MalformedCallbackError:
        return
    assert task_id is None or task_id.isascii()
