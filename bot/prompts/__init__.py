"""The prompt language: parse, check and rewrite Midjourney prompts.

Pure: imports only the standard library, `bot.models`, `bot.texts` and itself. The way of a prompt:
`expand` makes plain prompts of it, `parse` reads one (or `with_options` together with options),
`refusal` and `caret` show what is wrong.
"""

from bot.prompts.arguments import Argument
from bot.prompts.cleaning import clean
from bot.prompts.defaults import read_defaults
from bot.prompts.diagnostics import Diagnostic, Severity
from bot.prompts.expand import Expansion, expand, permutations, too_many
from bot.prompts.links import PictureLink, links_of, with_links
from bot.prompts.options import (
    OptionValue,
    Written,
    read_options,
    with_options,
    written_mode,
    written_options,
)
from bot.prompts.parameters import TABLE, Kind, Parameter
from bot.prompts.prompt import MAX_LENGTH, NOTHING_BESIDE, Beside, Prompt, parse
from bot.prompts.render import caret, refusal
from bot.prompts.repairs import repaired

__all__ = [
    "MAX_LENGTH",
    "NOTHING_BESIDE",
    "TABLE",
    "Argument",
    "Beside",
    "Diagnostic",
    "Expansion",
    "Kind",
    "OptionValue",
    "Parameter",
    "PictureLink",
    "Prompt",
    "Severity",
    "Written",
    "caret",
    "clean",
    "expand",
    "links_of",
    "parse",
    "permutations",
    "read_defaults",
    "read_options",
    "refusal",
    "repaired",
    "too_many",
    "with_links",
    "with_options",
    "written_mode",
    "written_options",
]
