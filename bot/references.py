"""Images that people attach, and the links under which the provider fetches them.

Sees the store only through `ports`, and knows no chat platform. What is published is never the
file that somebody sent but a picture drawn anew from it: no metadata, no hidden content.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.errors import ImageError, NoImageError, TooManyPixelsError, UserError
from bot.ports import Clock, ReferenceStore
from bot.texts import msg

MAX_MEBIBYTES = 8
MAX_BYTES = MAX_MEBIBYTES * 1024 * 1024  # of a file as it was sent
KEPT_FOR = timedelta(hours=24)  # the provider fetches at once; a queue may be a day long


class ReferenceService:
    """Checks attached images and gives them links."""

    def __init__(
        self,
        *,
        store: ReferenceStore,
        clock: Clock,
        clean: Callable[[bytes], Awaitable[bytes]],
        link: Callable[[str], str] | None,
    ) -> None:
        """Build it.

        `clean` makes a PNG without metadata of an image. `link` gives the public address of a kept
        image by its id; None: this bot has no public address.
        """
        self._store = store
        self._clock = clock
        self._clean = clean
        self._link = link

    async def publish(self, data: bytes, *, original: str) -> str:
        """Check an image and give a link to it: ours for a day, or `original`.

        `original` is where the image is already. It is what a bot without a public address can
        offer.

        Raises:
            UserError: no image, too large, or unreadable; one sentence says which.
        """
        check_size(len(data))
        png = await self._cleaned(data)
        if self._link is None:
            return original
        return self._link(await self._store.put_reference(png, now=self._clock.now()))

    async def _cleaned(self, data: bytes) -> bytes:
        try:
            return await self._clean(data)
        except NoImageError as error:
            raise no_image() from error
        except TooManyPixelsError as error:
            raise UserError(
                msg(
                    "That picture has more than {limit} million pixels. Please use a smaller one.",
                    limit=error.limit // 1_000_000,
                )
            ) from error
        except ImageError as error:
            raise UserError(
                msg("I can't read that picture; the file is damaged. Please use another one.")
            ) from error


def check_size(size_bytes: int) -> None:
    """Refuse a file that is too large, before or after its download.

    Raises:
        UserError: it is.
    """
    if size_bytes > MAX_BYTES:
        raise UserError(
            msg(
                "That picture is larger than {limit} MiB. Please use a smaller one.",
                limit=MAX_MEBIBYTES,
            )
        )


def no_image() -> UserError:
    """Give the error for a file that is no image."""
    return UserError(msg("That file isn't a picture. I can use PNG, JPEG, WebP and GIF."))
