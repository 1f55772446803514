"""A refused request is kept, so that it can be edited."""

import pytest

from bot.domain.errors import (
    JobGoneError,
    LimitError,
    NotAllowedError,
    PictureError,
    UnavailableError,
    UserError,
)
from bot.domain.texts import msg
from bot.services.drafts import Draft
from bot.services.imagine import Accepted
from bot.services.requests import Request
from bot.store.submit_window import change_window
from tests.integration.asking.fixtures import (
    ANN,
    LARGE,
    SMALL,
    UPLOAD,
    World,
    _without_quota,
    command,
    refused,
)

REQUEST = Request(prompt="a fox", options={"stylize": 9, "image": UPLOAD}, is_private=True)
EDITABLE = Request(prompt="a fox --s 9", options={"image": UPLOAD}, is_private=True)


async def test_an_unknown_preset_keeps_the_request_without_it(world: World) -> None:
    request = Request(prompt="a fox", preset="nope", is_private=True)
    kept = await refused(await world.service(), request, JobGoneError)
    assert kept == Request(prompt="a fox", is_private=True)


async def test_missing_permissions_keep_the_request(world: World) -> None:
    lacking = (msg("Send Messages"),)
    request = Request(prompt="a fox")
    kept = await refused(
        await world.service(), request, NotAllowedError, missing_permissions=lacking
    )
    assert kept == request


async def test_where_the_bot_may_not_post_the_request_is_kept(world: World) -> None:
    world.chat.closed = (ANN.conversation.id,)
    request = Request(prompt="a fox", options={"image": UPLOAD})
    assert await refused(await world.service(), request, NotAllowedError) == request
    assert world.chat.fetched == []


async def test_a_private_job_needs_no_place_to_post(world: World) -> None:
    world.chat.closed = (ANN.conversation.id,)
    accepted = await (await world.service()).imagine(
        Request(prompt="a fox", is_private=True), command()
    )
    assert isinstance(accepted, Accepted)


async def test_a_picture_that_only_the_bot_can_read_needs_an_address_on_the_web(
    world: World,
) -> None:
    world.chat.has_public_files = False
    service = await world.service(public_url=None)
    request = Request(prompt="a fox", options={"image": UPLOAD})
    assert await refused(service, request, PictureError) == Request(prompt="a fox")
    assert world.chat.fetched == []


async def test_a_paused_account_keeps_the_request(world: World) -> None:
    await world.database.run(change_window, _without_quota)
    assert await refused(await world.service(), REQUEST, UnavailableError) == EDITABLE


@pytest.mark.parametrize("limit", ["daily_jobs_per_user", "max_waiting_per_user", "max_waiting"])
async def test_a_limit_keeps_the_request_and_publishes_no_picture(world: World, limit: str) -> None:
    service = await world.service(**{limit: 1})
    await service.imagine(Request(prompt="first"), command())
    assert await refused(service, REQUEST, LimitError) == EDITABLE
    assert await refused(service, Request(prompt="a cat"), LimitError) == Request(prompt="a cat")
    assert world.chat.fetched == []


async def test_a_file_too_large_is_not_fetched_and_its_request_goes_on_without(
    world: World,
) -> None:
    request = Request(prompt="a fox", preset="gone", uploads={"image": LARGE})
    kept = await refused(await world.service(), request, PictureError)
    assert kept == Request(prompt="a fox", preset="gone")
    assert world.chat.fetched == []


async def test_an_edited_draft_keeps_its_options_and_gets_the_new_picture(world: World) -> None:
    service = await world.service()
    request = Request(prompt="a fox", options={"stylize": 9, "image": f"{UPLOAD}&old"})
    draft_id = await service.drafts.keep(Draft(request=request), ANN.person)
    edited = Request(prompt="a dog", uploads={"image": SMALL})
    await service.imagine_edited(draft_id, edited, command())
    assert await world.prompts() == [f"{await world.link_of(UPLOAD)} a dog --s 9"]
    assert world.chat.fetched == [UPLOAD]


async def test_options_too_long_for_the_form_stay_beside_the_prompt(
    world: World,
) -> None:
    request = Request(prompt="a " + "x" * 3996, options={"stylize": 9})
    assert await refused(await world.service(), request, UserError) == request
