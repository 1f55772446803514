"""Who acts on a job, and whether the message before their eyes shows it to everybody.

A private job is for its owner alone. Only "Post here" makes it public, with a copy of the result,
and only as far as that copy reaches. Which message is a copy is told by what the platform says
stands there, never by what the press says of itself.
"""

from bot.domain.people import Actor
from bot.domain.views import Action
from bot.screens import actions
from bot.screens.interaction import Interaction, SeenMessage


def actor_of(interaction: Interaction) -> Actor:
    """Say who acts, at the message where it was done."""
    message = interaction.seen
    return Actor(
        person=interaction.person,
        is_moderator=interaction.is_moderator,
        public_jobs=frozenset() if message is None else public_jobs(message),
    )


def public_jobs(message: SeenMessage) -> frozenset[str]:
    """Name the jobs that a message of ours makes public, though they may be private."""
    if not message.is_ours:
        return frozenset()
    named = ((actions.job_id_in(each), each) for each in message.actions)
    return frozenset(job_id for job_id, each in named if job_id and _is_public(each, message))


def _is_public(action: Action, message: SeenMessage) -> bool:
    """Whether only a message that makes its job public carries this action."""
    _, *values = action.values
    if message.is_ephemeral:  # details that were asked for at a copy say at which
        return bool(values) and action.name in {actions.AGAIN, actions.EDIT}
    if action.name == actions.TAKE_DOWN:  # a single picture; in a direct message nobody else is
        return not message.message.conversation.is_direct
    return action.name == actions.DELETE and values == [str(actions.COPY_PART)]
