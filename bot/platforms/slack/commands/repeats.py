"""What Slack delivers twice: now and then it repeats what was answered in time."""

MAX_REMEMBERED = 2048


class Repeats:
    """Remembers what this process has heard; the rest is in the ids of what comes of it."""

    def __init__(self) -> None:
        self._heard: dict[str, None] = {}

    def is_new(self, key: str) -> bool:
        """Whether this is heard for the first time; from now on it is not."""
        if key in self._heard:
            return False
        self._heard[key] = None
        if len(self._heard) > MAX_REMEMBERED:
            del self._heard[next(iter(self._heard))]  # the oldest
        return True
