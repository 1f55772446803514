"""Pictures that people attach, and the links under which the provider fetches them.

Sees the store only through `ports`, and knows no chat platform. What is published is never the
file that somebody sent but a picture drawn anew from it: no metadata, no hidden content.
"""

import base64
import hashlib
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.domain.conversations import Person
from bot.domain.errors import (
    ImageError,
    LimitError,
    NoImageError,
    PictureError,
    TooManyBytesError,
    TooManyPixelsError,
    UserError,
)
from bot.domain.limits import DAY
from bot.domain.people import PictureUsage
from bot.domain.pictures import Upload
from bot.domain.texts import msg
from bot.ports.clock import Clock
from bot.ports.platform import Platform
from bot.ports.references import ReferenceStore
from bot.services.memory_budget import MemoryBudget

MAX_MEBIBYTES = 8
MEBIBYTE = 1024 * 1024
MAX_BYTES = MAX_MEBIBYTES * MEBIBYTE  # of a file as it was sent
# Since a job last asked for it. Jobs wait in the queue for a day at most, and the provider fetches
# a picture when it gets the job.
KEPT_FOR = timedelta(hours=25)
_ID_CHARACTERS = 20  # as a job's


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLimits:
    """How many pictures are kept, and how much of the disk they take."""

    of_person: int = 20  # in any 24 hours
    bytes_of_person: int = 40 * MEBIBYTE
    of_all: int = 1000
    bytes_of_all: int = 1024 * MEBIBYTE


PICTURE_LIMITS = PictureLimits()


@dataclass(kw_only=True, eq=False)
class ReferenceService:
    """Checks attached pictures, gives them links, and knows which links still lead somewhere."""

    store: ReferenceStore
    clock: Clock
    clean: Callable[[bytes], Awaitable[bytes]]  # makes a PNG without metadata of an image
    link: Callable[[str], str] | None  # a kept picture's public address, by id; None: we have none
    id_in: Callable[[str], str | None]  # the id in a link of ours, be it an old one
    memory: MemoryBudget  # bounds how many pictures are held at a time
    limits: PictureLimits = PICTURE_LIMITS

    async def attach(
        self, links: Collection[str], platform: Platform, *, person: Person
    ) -> Mapping[str, str]:
        """Return links for the provider to pictures that this person attached to a request.

        Either all are published or none. Takes a second or more, so cheaper checks come before it.

        Raises:
            UserError: one is no picture, too large, gone, or one too many; the text says which.
        """
        done = await self.published(links, person=person)
        missing = [link for link in links if link not in done]
        if not missing:
            return done
        if self.link is None and not platform.has_public_files:
            raise unreachable(missing[0])
        async with self.memory.take(len(missing)):
            data = {link: await _fetched(link, platform) for link in missing}
            return {**done, **await self.publish(data, person=person)}

    async def published(self, originals: Collection[str], *, person: Person) -> dict[str, str]:
        """Return the links of those pictures that this person has published already."""
        link = self.link
        if link is None or not originals:
            return {}
        ids = {original: _id_of(person, original) for original in originals}
        kept = await self.store.use_references(set(ids.values()), now=self.clock.now())
        return {original: link(id_) for original, id_ in ids.items() if id_ in kept}

    async def publish(self, pictures: Mapping[str, bytes], *, person: Person) -> dict[str, str]:
        """Check pictures and return a link for each: ours, or the one by which it is given.

        That link is where the picture is already, all that a bot without a public address has to
        offer. Either all are kept or none.

        Raises:
            PictureError: one is no image, too large or unreadable.
            LimitError: they are too many.
        """
        cleaned: dict[str, bytes] = {}
        for original, data in pictures.items():
            check_size(len(data), link=original)
            cleaned[original] = await self._cleaned(original, data)
        link = self.link
        if link is None:
            return {original: original for original in pictures}
        ids = {original: _id_of(person, original) for original in pictures}
        await self.store.put_references(
            {ids[original]: png for original, png in cleaned.items()},
            person=person,
            admit=partial(admit_pictures, limits=self.limits),
            now=self.clock.now(),
        )
        return {original: link(id_) for original, id_ in ids.items()}

    async def current(
        self, links: Collection[str], platform: Platform, *, asked_at: datetime | None = None
    ) -> dict[str, str | None]:
        """Return where the picture behind each link is now; None: the link is known to be dead.

        `asked_at` is when a prompt that is repeated was sent off first. Pictures of ours are kept
        for another day.
        """
        now = self.clock.now()
        ids = {link: id_ for link in links if (id_ := self.id_in(link)) is not None}
        kept: set[str] = set()
        if self.link is not None and ids:
            kept = await self.store.use_references(set(ids.values()), now=now)

        def address(link: str) -> str | None:
            if link in ids:
                return self.link(ids[link]) if self.link and ids[link] in kept else None
            end = platform.link_end(link, asked_at)
            return None if end is not None and end <= now else link

        return {link: address(link) for link in links}

    async def _cleaned(self, original: str, data: bytes) -> bytes:
        try:
            return await self.clean(data)
        except NoImageError as error:
            raise no_image(original) from error
        except TooManyPixelsError as error:
            problem = msg(
                "That picture has more than {limit} million pixels. Please use a smaller one.",
                limit=error.limit // 1_000_000,
            )
            raise PictureError(problem, link=original) from error
        except ImageError as error:
            problem = msg("I can't read that picture: the file is damaged. Please use another one.")
            raise PictureError(problem, link=original) from error


async def _fetched(link: str, platform: Platform) -> bytes:
    try:
        data, _ = await platform.fetch(link)
    except NoImageError as error:
        raise no_image(link) from error
    except TooManyBytesError as error:
        raise too_large(link) from error
    except ImageError as error:
        raise UserError(  # with the picture kept: it may well come the next time
            msg(
                "I couldn't get that picture from {platform}. Please attach it again.",
                platform=platform.title,
            )
        ) from error
    return data


def check_sizes(uploads: Iterable[Upload]) -> None:
    """Refuse files that are too large before any is downloaded.

    Raises:
        PictureError: one is.
    """
    for upload in uploads:
        check_size(upload.size_bytes, link=upload.url)


def check_size(size_bytes: int, *, link: str) -> None:
    """Refuse a file that is too large, before or after its download.

    Raises:
        PictureError: it is.
    """
    if size_bytes > MAX_BYTES:
        raise too_large(link)


def too_large(link: str) -> PictureError:
    """Return the error for a file that is too large."""
    problem = msg(
        "That picture is larger than {limit} MiB. Please use a smaller one.", limit=MAX_MEBIBYTES
    )
    return PictureError(problem, link=link)


def unreachable(link: str) -> PictureError:
    """Return the error for a file that nobody but the bot can read, and that it cannot publish."""
    problem = msg(
        "I can't hand your picture on to Midjourney: I have no address on the web. Whoever runs me "
        "can give me one (`PUBLIC_URL`)."
    )
    return PictureError(problem, link=link)


def no_image(link: str) -> PictureError:
    """Return the error for a file that is no image."""
    problem = msg("I can't read that file as a picture. I can use PNG, JPEG, WebP and GIF.")
    return PictureError(problem, link=link)


def admit_pictures(
    usage: PictureUsage, sizes: Sequence[int], limits: PictureLimits = PICTURE_LIMITS
) -> None:
    """Let more pictures of a person in. Pure.

    Raises:
        LimitError: they would go over one of the limits; the text says until when.
    """
    moment = _room_again_at(usage, sizes, limits)
    if moment is not None:
        raise LimitError(
            msg(
                "You can attach up to {count} pictures, {limit} MiB in all, in 24 hours. You can "
                "attach more {when}.",
                count=limits.of_person,
                limit=limits.bytes_of_person // MEBIBYTE,
                when=moment,
            )
        )
    is_full = usage.total_bytes + sum(sizes) > limits.bytes_of_all
    if is_full or usage.count + len(sizes) > limits.of_all:
        raise LimitError(
            msg("I can't keep any more pictures right now. Please try again in a few hours.")
        )


def _room_again_at(
    usage: PictureUsage, sizes: Sequence[int], limits: PictureLimits
) -> datetime | None:
    """Return when enough of the person's pictures are a day old; None: there is room."""
    moment: datetime | None = None
    left = sorted(usage.of_person)
    while left:
        total = sum(size for _, size in left) + sum(sizes)
        if len(left) + len(sizes) <= limits.of_person and total <= limits.bytes_of_person:
            break
        moment = left.pop(0)[0] + DAY
    return moment


def _id_of(person: Person, original: str) -> str:
    """Return the id of a person's picture: the same for the same file, however often it is sent.

    What follows the path is a signature, which changes.
    """
    path = original.partition("?")[0]
    digest = hashlib.sha256(f"{person.key}\n{path}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_ID_CHARACTERS]
