"""How the images of a job are shared out over messages. Pure."""

from collections.abc import Mapping, Sequence

from bot.domain.deliveries import Part
from bot.ports.messenger import MessengerLimits


def next_images(
    sizes: Mapping[int, int], recorded: Sequence[Part], limits: MessengerLimits
) -> tuple[int, ...]:
    """Return the images of the next message to send: none of a recorded one, in their order.

    `sizes` holds the bytes of each image by its index. Empty when all are recorded. A single image
    larger than a message comes alone.
    """
    taken = {index for part in recorded for index in part.images}
    chosen: list[int] = []
    free_bytes = limits.max_message_bytes
    for index in sorted(sizes.keys() - taken):
        free_bytes -= sizes[index]
        if chosen and (free_bytes < 0 or len(chosen) == limits.max_pictures):
            break
        chosen.append(index)
    return tuple(chosen)


def next_number(recorded: Sequence[Part]) -> int:
    """Return the number of a message that is not recorded yet."""
    return max((part.number for part in recorded), default=-1) + 1
