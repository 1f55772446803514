"""Parameters that hold where a prompt says nothing else."""

from collections.abc import Collection

from bot.prompts.prompt import parse

# Of these only one may be given; a prompt that names one has chosen.
_RIVALS = ({"version", "niji"}, {"hd", "sd"})


def with_defaults(text: str, defaults: str, chosen: Collection[str] = ()) -> str:
    """Add those of the parameters `defaults` that neither `text` nor an option has `chosen`.

    Words and a mode among the defaults are ignored.
    """
    if not defaults:
        return text
    given = {*parse(text).parameters, *chosen}
    for rivals in _RIVALS:
        if given & rivals:
            given |= rivals
    missing = [str(each) for each in parse(defaults).arguments if each.name not in given]
    return " ".join([text, *missing]) if missing else text
