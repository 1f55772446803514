"""Whether details that one person sees were asked for where their job is public.

Their buttons say where that is. Slack does not say what stands in a message that one person alone
sees, and a changed app may press anything: so the copy itself is looked at.
"""

from bot.domain.conversations import Conversation
from bot.domain.errors import DeliveryError
from bot.domain.messages import Message
from bot.domain.views import Action
from bot.platforms.slack.messenger import SlackMessenger
from bot.platforms.slack.rendering.reading import actions_in
from bot.screens import actions
from bot.screens.interaction import SeenMessage
from bot.screens.visibility import public_jobs
from bot.services.timeouts import within

_AT_COPIES = frozenset({actions.AGAIN, actions.EDIT})
_VALUES = 3  # the job, and where its copy stands


async def vouched(
    action: Action | None,
    conversation: Conversation,
    messenger: SlackMessenger,
    *,
    bot_id: str,
    within_s: float,
) -> tuple[Action, ...]:
    """Return the action if it names a copy in this conversation that makes its job public."""
    if action is None or action.name not in _AT_COPIES or len(action.values) != _VALUES:
        return ()
    job_id, conversation_id, ts = action.values
    if conversation_id != conversation.id:
        return ()
    copy = Message(conversation=conversation, id=ts)
    try:
        standing = await within(within_s, messenger.read(copy))
    except (DeliveryError, TimeoutError):
        return ()
    if standing is None or standing.get("bot_id") != bot_id:
        return ()
    seen = SeenMessage(
        message=copy, is_ours=True, is_alone=False, url=None, actions=actions_in(standing)
    )
    return (action,) if job_id in public_jobs(seen) else ()
