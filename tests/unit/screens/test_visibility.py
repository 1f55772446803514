"""Whose jobs a message makes public."""

from dataclasses import replace

import pytest

from bot.domain.conversations import ConversationKind
from bot.domain.messages import Message
from bot.domain.views import Action
from bot.screens import actions
from bot.screens.visibility import actor_of
from tests.replies import CHANNEL, interaction, seen

JOB = "abcdefghij2345672345"
COPY = actions.part_mark(JOB, actions.COPY_PART)
PICTURE = Action(actions.TAKE_DOWN, (JOB, "1", "2"))
AT_A_COPY = Action(actions.AGAIN, (JOB, "7", "60"))
DIRECT = replace(CHANNEL, tenant_id=None, kind=ConversationKind.DIRECT)


@pytest.mark.parametrize("action", [COPY, PICTURE])
def test_a_copy_and_a_single_picture_make_their_job_public(action: Action) -> None:
    assert actor_of(interaction(action)).public_jobs == {JOB}


@pytest.mark.parametrize(
    "action",
    [actions.part_mark(JOB, 0), Action(actions.AGAIN, (JOB,)), AT_A_COPY, Action("jobs.page")],
)
def test_other_messages_for_everybody_make_nothing_public(action: Action) -> None:
    assert actor_of(interaction(action)).public_jobs == frozenset()


def test_details_that_were_asked_for_at_a_copy_let_people_repeat_the_job() -> None:
    assert _public(seen(AT_A_COPY, is_ephemeral=True)) == {JOB}
    assert _public(seen(Action(actions.EDIT, (JOB,)), COPY, is_ephemeral=True)) == frozenset()


def test_a_single_picture_in_a_direct_message_makes_nothing_public() -> None:
    assert _public(seen(PICTURE, message=Message(conversation=DIRECT, id="60"))) == frozenset()


def test_a_message_of_somebody_else_makes_nothing_public() -> None:
    assert _public(seen(COPY, is_ours=False)) == frozenset()


def test_what_a_press_says_of_itself_makes_nothing_public() -> None:
    assert actor_of(interaction(COPY, seen=None)).public_jobs == frozenset()


def test_who_keeps_order_in_the_conversation_is_known() -> None:
    assert actor_of(interaction(is_moderator=True)).is_moderator


def _public(message: object) -> frozenset[str]:
    return actor_of(interaction(COPY, seen=message)).public_jobs
