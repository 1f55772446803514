"""What Slack tells of a person's doing, as it comes, and how Slack hears that it came."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

Payload: TypeAlias = Mapping[str, Any]
Ack: TypeAlias = Callable[..., Awaitable[Any]]  # may bring an answer along, by keywords

# With these the reading of a payload ends that is not of the shape that Slack documents.
MALFORMED = (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError)
