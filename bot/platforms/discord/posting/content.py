"""What one message of a result carries, ready for a single send or edit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import discord
from discord import ui

from bot.domain.jobs import Job, JobStatus
from bot.domain.pictures import FetchedImage
from bot.platforms.discord.cards.job_cards import failure_card, result_card
from bot.platforms.discord.cards.layouts import files_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A card with its files. For one call only: discord.py closes the files."""

    view: ui.LayoutView
    files: list[discord.File]
    mentions: discord.AllowedMentions  # only the person who asked can be pinged

    @classmethod
    def of(cls, job: Job, part: int, images: Sequence[FetchedImage]) -> Self:
        """Build the card of one part of a finished job."""
        is_result = job.status is JobStatus.SUCCEEDED and bool(images)
        return cls(
            view=result_card(job, part, images) if is_result else failure_card(job),
            files=files_of(job.id, images) if is_result else [],
            mentions=discord.AllowedMentions(
                everyone=False,
                roles=False,
                replied_user=False,
                users=[discord.Object(id=int(job.origin.person.id))],
            ),
        )
