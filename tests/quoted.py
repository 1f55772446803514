"""All sentences of the product that quote something, to be filled with wild words."""

from dataclasses import replace
from functools import cache
from string import Formatter

from bot.domain.texts import Text
from tests import catalogue


@cache
def sentences() -> list[Text]:
    """Return every sentence of the product that quotes something.

    A catalogue has them all (a test compares it with the code), and is read in no time.
    """
    found = []
    for message in catalogue.read("de"):
        forms = message.id if isinstance(message.id, tuple) else (message.id,)
        if message.id and any(name for _, name, _, _ in Formatter().parse(forms[0])):
            found.append(Text(forms[0], {}, forms[1] if len(forms) > 1 else None))
    return found


def filled(text: Text, words: str) -> Text:
    names = {name for _, name, _, _ in Formatter().parse(text.plural or text.template) if name}
    names |= {name for _, name, _, _ in Formatter().parse(text.template) if name}
    values: dict[str, object] = dict.fromkeys(names, words)
    if text.plural is not None:
        values["count"] = 2
    return replace(text, values=values)
