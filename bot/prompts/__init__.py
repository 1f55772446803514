"""The prompt language: parse, check and rewrite Midjourney prompts.

Pure: it may import `bot.domain` and the standard library only. The way of a prompt:
`unwrap` frees it, `permutations` makes plain prompts of it, `parse` reads one together with what is
beside it, `repaired` makes the safe fixes, `caret` shows where something is wrong.
"""

from bot.prompts.arguments import Argument
from bot.prompts.cleaning import unwrap
from bot.prompts.defaults import read_defaults
from bot.prompts.diagnostics import Diagnostic, Severity
from bot.prompts.leaving import EVERYBODY_SEES
from bot.prompts.links import PictureLink, links_of, urls_in, with_links
from bot.prompts.options import (
    OptionValue,
    Written,
    read_options,
    without_overridden,
    written_mode,
    written_options,
)
from bot.prompts.parameters import TABLE, Kind, Parameter
from bot.prompts.permutations import permutations, too_many
from bot.prompts.privacy import looks_private
from bot.prompts.prompt import MAX_LENGTH, NOTHING_BESIDE, Beside, Prompt, parse, take_apart
from bot.prompts.render import caret
from bot.prompts.repairs import repaired

__all__ = [
    "EVERYBODY_SEES",
    "MAX_LENGTH",
    "NOTHING_BESIDE",
    "TABLE",
    "Argument",
    "Beside",
    "Diagnostic",
    "Kind",
    "OptionValue",
    "Parameter",
    "PictureLink",
    "Prompt",
    "Severity",
    "Written",
    "caret",
    "links_of",
    "looks_private",
    "parse",
    "permutations",
    "read_defaults",
    "read_options",
    "repaired",
    "take_apart",
    "too_many",
    "unwrap",
    "urls_in",
    "with_links",
    "without_overridden",
    "written_mode",
    "written_options",
]
