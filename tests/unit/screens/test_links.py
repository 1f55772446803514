"""The ways to messages that people may know of."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.conversations import ConversationKind
from bot.domain.deliveries import DELETED_MESSAGE, Delivery, DeliveryStatus, Part
from bot.domain.jobs import Variation
from bot.domain.messages import Message
from bot.screens.links import message_url, seen_from
from tests.unit.screens.samples import CHANNEL, JOB_ID, NOW, job

DIRECT = replace(CHANNEL, tenant_id=None, id="9", kind=ConversationKind.DIRECT)


class Addresses:
    """A platform whose addresses say all that they were made from."""

    def address(self, message: Message) -> str:
        there = message.conversation
        return f"{there.tenant_id}/{there.id}/{message.id}"


def delivery(*message_ids: str | None, place: str | None = CHANNEL.id, **part: Any) -> Delivery:
    parts = (
        Part(number=number, images=(number,), started_at=NOW, message_id=each, **part)
        for number, each in enumerate(message_ids)
    )
    return Delivery(
        job_id=JOB_ID, status=DeliveryStatus.POSTED, parts=tuple(parts), conversation_id=place
    )


@pytest.mark.parametrize(
    ("sent", "url"),
    [
        (None, None),
        (delivery(), None),
        (delivery("60", "61"), "5/7/60"),
        (delivery("60", place=None), "5/7/60"),
        (delivery(None, DELETED_MESSAGE, "62"), "5/7/62"),
        (delivery(DELETED_MESSAGE), None),
        (delivery("60", place=DIRECT.id), "None/9/60"),
    ],
)
def test_the_way_leads_to_the_first_message_that_stands(
    sent: Delivery | None, url: str | None
) -> None:
    assert message_url(job(), sent, Addresses()) == url


def test_a_private_result_has_an_address_only_as_a_direct_message() -> None:
    private = job(is_private=True)
    assert message_url(private, delivery("60"), Addresses()) is None
    sent = delivery("60", place=DIRECT.id, is_direct=True)
    assert message_url(private, sent, Addresses()) == "None/9/60"


def test_what_a_job_varies_is_linked_only_where_it_stands() -> None:
    varied = job(variation=Variation(number=2, message_url="https://chat.example/5"))
    assert seen_from(varied, CHANNEL) is varied
    assert seen_from(varied, DIRECT).variation == Variation(number=2)
    assert seen_from(job(), DIRECT) == job()
