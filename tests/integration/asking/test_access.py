"""Who may ask at all, checked before anything is read."""

from typing import Any

import pytest

from bot.domain.conversations import ConversationKind
from bot.domain.errors import NotAllowedError, UnavailableError
from bot.services.drafts import Draft
from bot.services.requests import Order, Request
from bot.store.tables import drafts, jobs
from tests.integration.asking.fixtures import ANN, SMALL, UPLOAD, Chat, World, command

DIRECT = {"tenant_id": None, "kind": ConversationKind.DIRECT}
ELSEWHERE = [{"tenant_id": "elsewhere"}, DIRECT]


@pytest.mark.parametrize("origin", ELSEWHERE, ids=["another server", "direct"])
async def test_request_of_a_stranger_is_neither_read_nor_stored(
    world: World, origin: dict[str, Any]
) -> None:
    def read(*_: Any, **__: Any) -> Order:
        raise AssertionError("read for a stranger")

    service, foreign = await world.service(read=read), command(**origin)
    with pytest.raises(NotAllowedError) as refused:
        await service.imagine(Request(prompt="a fox --ar 0:0"), foreign)
    assert refused.value.draft_id is None
    with pytest.raises(NotAllowedError):
        await service.keep_request(
            Request(prompt="a fox"), foreign.actor, foreign.origin.conversation
        )
    for start in (
        service.imagine_edited("a" * 20, Request(prompt="a fox"), foreign),
        service.imagine_after("a" * 20, Request(prompt="a fox"), foreign),
        service.confirm("a" * 20, foreign),
        service.again("a" * 20, foreign),
        service.vary("a" * 20, 1, foreign),
    ):
        with pytest.raises(NotAllowedError):
            await start
    assert await world.count(drafts) == await world.count(jobs) == 0


async def test_a_member_may_ask_directly(world: World) -> None:
    world.chat.members = ("1",)
    await (await world.service()).imagine(Request(prompt="a fox"), command(**DIRECT))
    assert await world.prompts() == ["a fox"]


@pytest.mark.parametrize("way", ["command", "edited draft", "edited job"])
async def test_membership_is_asked_about_once_for_each_request(world: World, way: str) -> None:
    world.chat.members = ("1",)
    service, request = await world.service(), Request(prompt="a fox", uploads={"image": SMALL})
    draft_id = await service.drafts.keep(Draft(request=request.attached()), ANN.person)
    if way == "command":
        await service.imagine(request, command(**DIRECT))
    elif way == "edited draft":
        await service.imagine_edited(draft_id, request, command(**DIRECT))
    else:
        await service.imagine_after("a" * 20, request, command(**DIRECT))
    assert await world.prompts() == [f"{await world.link_of(UPLOAD)} a fox"]
    assert world.chat.asked_about == 1


async def test_allowed_servers_of_one_platform_restrict_no_other(world: World) -> None:
    world.chat = Chat(name="chat")
    await (await world.service()).imagine(Request(prompt="a fox"), command(platform="chat"))
    assert await world.prompts() == ["a fox"]


async def test_platform_that_is_not_set_up_is_refused_with_the_reason(world: World) -> None:
    with pytest.raises(UnavailableError, match="not set up for this chat"):
        await (await world.service()).imagine(Request(prompt="a fox"), command(platform="gone"))
    assert await world.count(drafts) == await world.count(jobs) == 0
