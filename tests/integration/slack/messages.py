"""A message at Slack, and where it belongs."""

from bot.domain.conversations import Origin, Person
from bot.domain.views import Picture, Pictures, View, Words
from bot.platforms.slack.ids import conversation_of
from bot.ports.messenger import Placeholder

CHANNEL = conversation_of("T1", "C1")
THREAD = conversation_of("T1", "C1", thread_ts="900.000100")
ANN = Person(platform="slack", id="T1/U1")
KEY = "abcdefghij2345672345.0"


def view(*pictures: Picture, words: str = "a fox") -> View:
    return View(elements=(Words(words), Pictures(pictures)), locale="en", notifies=ANN)


def picture(name: str = "a-1.png", data: bytes = b"png") -> Picture:
    return Picture(file_name=name, data=data, words="a fox")


def placeholder(ts: str | None = None) -> Placeholder:
    origin = Origin(person=ANN, conversation=CHANNEL, placeholder_id=ts)
    return Placeholder(origin=origin, is_private=False)
