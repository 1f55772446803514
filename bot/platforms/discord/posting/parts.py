"""How the images of a job are shared out over messages. Pure."""

from collections.abc import Mapping, Sequence

from bot.domain.deliveries import Part

MAX_IMAGES = 10  # of one gallery, and of one message's attachments
# Discord takes 10 MiB a file everywhere (more only in boosted guilds) and 25 MiB a request, of
# which the multipart frame and the card need a little.
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_MESSAGE_BYTES = 24 * 1024 * 1024


def next_images(sizes: Mapping[int, int], recorded: Sequence[Part]) -> tuple[int, ...]:
    """Return the images of the next message to send: none of a recorded one, in their order.

    `sizes` holds the bytes of each image by its index. Empty when all are recorded. A single image
    larger than a message comes alone.
    """
    taken = {index for part in recorded for index in part.images}
    chosen: list[int] = []
    room = MAX_MESSAGE_BYTES
    for index in sorted(sizes.keys() - taken):
        room -= sizes[index]
        if chosen and (room < 0 or len(chosen) == MAX_IMAGES):
            break
        chosen.append(index)
    return tuple(chosen)


def next_number(recorded: Sequence[Part]) -> int:
    """Return the number of a message that is not recorded yet."""
    return max((part.number for part in recorded), default=-1) + 1
