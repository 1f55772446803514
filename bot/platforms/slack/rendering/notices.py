"""Notices as Slack's messages to one person. Pure."""

from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, SectionBlock

from bot.domain.texts import msg
from bot.domain.views import Notice
from bot.platforms.slack.rendering.blocks import button_of
from bot.platforms.slack.rendering.mrkdwn import render
from bot.platforms.slack.rendering.words import SECTION_LIMIT, exactly, mrkdwn_text

MAX_PIECES = 8  # of what was typed, so that the message stays within Slack's limits


def render_notice(notice: Notice) -> dict[str, Any]:
    """Return the notice as the text and blocks of a message.

    No file can come with a message that one person alone sees: what they typed stands in blocks of
    code.
    """
    sentence = render(notice.text, notice.locale, limit=SECTION_LIMIT)
    blocks: list[Block] = [SectionBlock(text=mrkdwn_text(sentence))]
    if notice.place is not None:
        blocks.append(exactly(notice.place))
    if notice.typed is not None:
        blocks += _given_back(notice.typed, notice.locale)
    if notice.button is not None:
        blocks.append(ActionsBlock(elements=[button_of(notice.button, notice.locale)]))
    return {"text": sentence, "blocks": [block.to_dict() for block in blocks]}


def _given_back(typed: str, locale: str) -> list[Block]:
    said = render(msg("So that nothing is lost, here is what you typed:"), locale)
    starts = range(0, min(len(typed), MAX_PIECES * SECTION_LIMIT), SECTION_LIMIT)
    pieces = [exactly(typed[start : start + SECTION_LIMIT]) for start in starts]
    return [SectionBlock(text=mrkdwn_text(said)), *pieces]
