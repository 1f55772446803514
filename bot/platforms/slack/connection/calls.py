"""What Slack's answers mean, and bounded calls.

Errors: https://docs.slack.dev/reference/methods/chat.postMessage#errors, and those of the others.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.domain.errors import (
    DeliveryError,
    DeniedError,
    MessageGoneError,
    MessageInDoubtError,
    MessageTooLargeError,
    NotSentError,
    UndeliverableError,
    UnexplainedError,
)

# No usable answer came: these tell nothing about whether the call took effect. With the last two
# slack_sdk meets an answer that is not the JSON object it expects.
LOST = (TimeoutError, aiohttp.ClientError, OSError, ValueError, AttributeError)
# The request did not leave: these are raised before there is a connection for it.
_NEVER_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)

# "Some aspect of the operation may have succeeded", as the documentation says of the first two.
IN_DOUBT = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
_LIMITED = frozenset({"ratelimited", "rate_limited"})
# The operator must act; then it can be repeated.
_TOKEN = frozenset(
    {
        "account_inactive", "invalid_auth", "not_authed", "org_login_required", "token_expired",
        "token_revoked",
    }
)  # fmt: skip
# It may work later: once the workspace has moved to Enterprise Grid, its admins let our network in,
# or what got lost on its way is uploaded anew.
_LATER = frozenset({"accesslimited", "file_not_found", "file_update_failed", "team_added_to_org"})
_WRONG_TOKEN = frozenset({"missing_scope", "not_allowed_token_type"})  # of another kind
_GONE = frozenset({"message_not_found"})
_TOO_LARGE = frozenset(
    {"file_upload_size_restricted", "msg_blocks_too_long", "msg_too_long", "size_too_large"}
)
# The bot may not do that there, while the person may still be reached in another way.
_DENIED = frozenset(
    {
        "access_denied", "cannot_dm_bot", "cant_delete_message", "cant_update_message",
        "channel_is_archived", "channel_not_found", "compliance_exports_prevent_deletion",
        "edit_window_closed", "ekm_access_denied", "external_channel_migrating", "is_archived",
        "is_inactive", "messages_tab_disabled", "method_not_supported_for_channel_type",
        "missing_scope", "no_permission", "not_in_channel", "team_access_not_granted",
        "thread_not_found", "user_disabled", "user_not_found", "user_not_in_channel",
        "user_not_visible", "users_not_found",
    }
)  # fmt: skip
# What we asked for is wrong, and would be wrong the next time.
_NEVER = frozenset(
    {
        "alt_txt_too_large", "deprecated_endpoint", "enterprise_is_restricted",
        "exchanged_trigger_id", "expired_trigger_id", "file_type_not_allowed",
        "file_uploads_disabled", "file_uploads_except_images_disabled", "hash_conflict",
        "invalid_arg_name", "invalid_arguments", "invalid_array_arg", "invalid_blocks",
        "invalid_blocks_format", "invalid_charset", "invalid_form_data", "invalid_json",
        "invalid_metadata_format", "invalid_metadata_schema", "invalid_post_type",
        "invalid_trigger_id", "json_not_object", "metadata_too_large", "method_deprecated",
        "missing_argument", "missing_post_type", "no_text", "not_found", "storage_limit_reached",
        "trigger_expired", "unknown_method", "view_too_large",
    }
)  # fmt: skip
_DENIED_PREFIXES = ("restricted_action", "slack_connect_")
_MAX_DETAILS, _MAX_DETAIL = 3, 200
_UNPROCESSED = "invalid slack file"


class FileNotReadyError(NotSentError):
    """Slack has not processed a file that the message shows; certainly nothing was posted."""


@asynccontextmanager
async def slack_call(timeout_s: float, *, changes_nothing: bool = False) -> AsyncIterator[None]:
    """Bound one call.

    Raises:
        NotSentError: it certainly had no effect, as one that changes nothing. UnexplainedError:
            Slack refused it by a word that we do not know.
        MessageInDoubtError: nobody knows whether it had one.
        DeniedError, MessageGoneError, MessageTooLargeError, UndeliverableError: Slack refused it.
    """
    try:
        async with asyncio.timeout(timeout_s):
            yield
    except SlackApiError as error:
        raise _meaning(error, changes_nothing=changes_nothing) from error
    except LOST as error:
        is_certain = changes_nothing or isinstance(error, _NEVER_CONNECTED)
        kind = NotSentError if is_certain else MessageInDoubtError
        raise kind(f"no answer from Slack ({type(error).__name__})") from error


def code_behind(error: BaseException) -> str:
    """Return Slack's name for what an error of `slack_call` came from; empty if it has none."""
    while error.__cause__ is not None:
        error = error.__cause__
    return code_of(error) if isinstance(error, SlackApiError) else ""


def code_of(error: SlackApiError) -> str:
    """Return Slack's name for what went wrong; empty if the answer has none."""
    code = _body(error).get("error")
    return code if isinstance(code, str) else ""


def rejected_token(error: DeliveryError) -> str | None:
    """Return Slack's name for what is wrong with the token; None: something else went wrong.

    For calls that any good token may make.
    """
    code = code_behind(error)
    return code if code in _TOKEN | _WRONG_TOKEN else None


def _meaning(error: SlackApiError, *, changes_nothing: bool) -> DeliveryError:
    status, code = _status(error), code_of(error)
    said = ", ".join([code or "no reason", *_details(error)])
    reason = f"Slack refused it ({status}, {said})"
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in _LIMITED:
        return NotSentError("Slack asks us to wait", retry_after=_retry_after(error))
    if code in _TOKEN | _LATER:
        return NotSentError(reason)
    if not code or code in IN_DOUBT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return (NotSentError if changes_nothing else MessageInDoubtError)(reason)
    return _refusal(error, code, reason)


def _refusal(error: SlackApiError, code: str, reason: str) -> DeliveryError:
    kind: type[DeliveryError] = UnexplainedError  # a word that we do not know: it may pass
    if code in _GONE:
        kind = MessageGoneError
    elif code in _TOO_LARGE:
        kind = MessageTooLargeError
    elif code in _DENIED or code.startswith(_DENIED_PREFIXES):
        kind = DeniedError
    elif code == "invalid_blocks" and _UNPROCESSED in str(_body(error)):
        kind = FileNotReadyError
    elif code in _NEVER:
        kind = UndeliverableError
    return kind(reason)


def _details(error: SlackApiError) -> Iterator[str]:
    """Return which part of what we sent Slack does not take; it never quotes it."""
    match _body(error).get("response_metadata"):
        case {"messages": [*messages]}:
            yield from (str(each)[:_MAX_DETAIL] for each in messages[:_MAX_DETAILS])


def _body(error: SlackApiError) -> dict[str, Any]:
    data = getattr(error.response, "data", None)  # a page that is no JSON has none
    return data if isinstance(data, dict) else {}


def _status(error: SlackApiError) -> int:
    response = error.response  # a page that is no JSON comes as aiohttp's own
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0))


def _retry_after(error: SlackApiError) -> timedelta | None:
    headers = getattr(error.response, "headers", {})
    seconds = str(headers.get("Retry-After", ""))
    return timedelta(seconds=int(seconds)) if seconds.isdecimal() else None
