"""Every exception of the product on one page, in branches by who must act.

Each carries its data as attributes and builds its message from them. Foreign exceptions are
translated by the adapter that met them and never cross a protocol of `ports`.
"""

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.texts import Text, msg


class ImagineError(Exception):
    """Root of all our errors."""


# ── The person who asked ────────────────────────────────────────────────────────────────────────


class UserError(ImagineError):
    """Shown to the person as it is; says what to change. Nothing was spent.

    `draft_id` is set when the request was kept, so that the person need not type it again. `typed`
    is set when it is too long for that, to be given back as it is.
    """

    def __init__(
        self, text: Text, *, draft_id: str | None = None, typed: str | None = None
    ) -> None:
        super().__init__(str(text))
        self.text = text
        self.draft_id = draft_id
        self.typed = typed


class PromptError(UserError):
    """The prompt cannot be submitted as it stands.

    `place` shows where, as two lines for a block of code: the prompt, and a caret below it.
    `field` is the option, or the field of a form, in which that was typed.
    """

    def __init__(self, text: Text, *, place: str | None = None, field: str | None = None) -> None:
        super().__init__(text)
        self.place = place
        self.field = field


class PictureError(UserError):
    """An attached picture cannot be used; what is kept of the request goes on without it.

    `link` is the one by which it was attached.
    """

    def __init__(self, problem: Text, *, link: str) -> None:
        super().__init__(
            msg(
                "{problem} With “Edit” you can attach another one, or go on without.",
                problem=problem,
            )
        )
        self.link = link


class LimitError(UserError):
    """One of the limits on spending is reached."""


class NotAllowedError(UserError):
    """This person, place or bot may not do that."""


class UnavailableError(UserError):
    """The bot cannot take jobs now; the operator must act or time must pass."""


class RequestExpiredError(UserError):
    """A request was received so long ago that nothing may come of it any more."""

    def __init__(self) -> None:
        super().__init__(msg("That took me too long, sorry. Please try again."))


class JobGoneError(UserError):
    """The job that a button or command names no longer exists."""


class NotYourJobError(JobGoneError):
    """Somebody else's private job: for this person there is no such job."""

    def __init__(self) -> None:
        super().__init__(msg("This isn't one of your jobs, or it's too old for me to remember."))


class OutdatedError(UserError):
    """A button, menu or form of another version of the bot, or of nobody."""

    def __init__(self) -> None:
        super().__init__(
            msg("This button is from an older version of me. Please start again with /imagine.")
        )


# ── The provider ────────────────────────────────────────────────────────────────────────────────


class ProviderError(ImagineError):
    """The Midjourney API did not do what we asked.

    `detail` is fit for the log: no words of the provider's, which may quote the prompt.
    `retry_after` is how long it asks us to wait.
    """

    def __init__(self, detail: str = "", *, retry_after: timedelta | None = None) -> None:
        super().__init__(detail or (self.__doc__ or "").partition("\n")[0])
        self.detail = detail
        self.retry_after = retry_after


class QuotaExhaustedError(ProviderError):
    """The account has no quota left (code 1001). Nothing was started."""


class KeyRejectedError(ProviderError):
    """The API key is not accepted. Nothing was started."""


class ConcurrencyLimitError(ProviderError):
    """All of the provider's slots are taken (code 1002). Nothing was started."""


class SubmitRejectedError(ProviderError):
    """The provider refused this job for good. Nothing was started.

    `detail` holds its words, for the person alone.
    """


class NotStartedError(ProviderError):
    """The call certainly started nothing (never connected, or 429) and may be repeated."""


class OutcomeUnknownError(ProviderError):
    """The answer was lost or unreadable: a job may have been started and charged."""


class StatusUnavailableError(ProviderError):
    """A status call failed; it costs nothing and may be repeated."""


class StatusKeyRejectedError(StatusUnavailableError, KeyRejectedError):
    """A status call failed because the API key is not accepted."""


class StatusTooLargeError(StatusUnavailableError):
    """The answer to a status call is longer than we read; one about fewer tasks may be shorter."""


# ── The web listener ────────────────────────────────────────────────────────────────────────────


class MalformedCallbackError(ImagineError):
    """The body of a callback is no JSON object."""


class PayloadError(ImagineError):
    """What a chat platform tells of somebody's doing lacks what must be in it."""


# ── The store ───────────────────────────────────────────────────────────────────────────────────


class StoreError(ImagineError):
    """The database did not do what we asked."""


class StoreBusyError(StoreError):
    """Another process holds the SQLite file."""


class StoreUnusableError(StoreError):
    """A person must change something about the database; waiting changes nothing."""


class UnfitValueError(StoreError):
    """The database does not take one of the values, and never will; nothing was changed."""


class StoreConflictError(StoreError):
    """A row of another transaction stands in the way; nothing was changed, and a repeat sees it."""


class StoreGivenUpError(StoreError):
    """It failed for as long as somebody was ready to wait; to begin anew would double that."""


class LostLeaseError(StoreError):
    """Another process has taken this work over; stop, and change nothing."""


# ── Delivery ────────────────────────────────────────────────────────────────────────────────────


class DeliveryError(ImagineError):
    """A result could not be posted; `retry_after` is how long the platform asks us to wait."""

    def __init__(self, reason: str = "", *, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class UndeliverableError(DeliveryError):
    """A result can never be posted there."""


class DeliveryDelayedError(DeliveryError):
    """The platform did not take the result now; try again later."""


class NotSentError(DeliveryDelayedError):
    """A call to the platform certainly had no effect, and may be repeated later."""


class UnexplainedError(NotSentError):
    """It certainly had no effect, for a reason that we do not know: not worth trying for a day."""


class MessageInDoubtError(DeliveryDelayedError):
    """Nobody knows whether a call to the platform had its effect."""


class DeniedError(DeliveryError):
    """The bot may not do that there; it certainly did not happen."""


class MessageTooLargeError(DeliveryError):
    """The files are more than the platform takes; nothing was sent."""


class FilesRefusedError(DeliveryError):
    """The platform does not take the files of a message; nothing was sent.

    `is_final`: nor will it soon. Else we do not know its reason.
    """

    def __init__(self, reason: str = "", *, is_final: bool) -> None:
        super().__init__(reason)
        self.is_final = is_final


class MessageGoneError(DeliveryError):
    """The message does not exist any more, or never did."""


class UnreadableError(DeliveryError):
    """Whether a message is there cannot be told: the bot may not read the conversation."""


class ReplyError(ImagineError):
    """An interaction could not be answered; the message is fit for the log."""


class ReplyGivenUpError(ReplyError):
    """Another process answers, it is too late, or nobody is there to see it: nothing to tell."""


class ReplyLostError(ReplyError):
    """The platform broke down or gave no usable answer; `platform` is its name for people."""

    def __init__(self, reason: str, *, platform: str) -> None:
        super().__init__(reason)
        self.platform = platform


class ReplyRefusedError(ReplyError):
    """The platform does not take this answer: a defect of ours."""


class ImageError(DeliveryError):
    """An image could not be fetched or used; the message names the host, never the path."""


class NoImageError(ImageError):
    """The data is of no kind of image that we read."""


class TooManyBytesError(ImageError):
    """The file is larger than any that we read."""


class TooManyPixelsError(ImageError):
    """Decoding the image would take too much memory."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the image has more than {limit // 1_000_000} million pixels")
        self.limit = limit


# ── The operator ────────────────────────────────────────────────────────────────────────────────


class ConfigError(ImagineError):
    """Settings are missing or wrong; `problems` holds all of them, one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class PortUnavailableError(ImagineError):
    """The web listener cannot have its port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken, or not ours to take; set PORT to a free one")
        self.port = port


class PlatformUnavailableError(ImagineError):
    """A chat platform cannot be reached, or breaks down; later it may work."""


class TokenRejectedError(ImagineError):
    """The chat platform does not accept the bot's token."""


class DemoError(ImagineError):
    """The demo cannot run here; the message says what to do."""
