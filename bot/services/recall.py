"""Tokens for prompts that are too long to be a suggestion: the id of a job that had the prompt."""

import re

from bot.domain.conversations import Person
from bot.domain.errors import NotYourJobError
from bot.domain.jobs import JOB_ID_PATTERN
from bot.ports.progress import ProgressStore
from bot.services.requests import typed_prompt

_MARK = "↩"
_TOKEN = re.compile(rf"{_MARK}({JOB_ID_PATTERN.pattern})")


def token_of(job_id: str) -> str:
    """Return what stands for the prompt of a job, of use to the person alone who asked for it."""
    return f"{_MARK}{job_id}"


async def recalled(prompt: str, person: Person, progress: ProgressStore) -> str:
    """Return the prompt that a token stands for; any other text is the prompt itself.

    Raises NotYourJobError: the person has no such job.
    """
    token = _TOKEN.fullmatch(prompt.strip())
    if token is None:
        return prompt
    job = await progress.get(token[1])
    if job is None or job.origin.person != person:
        raise NotYourJobError
    return typed_prompt(job.prompt)
