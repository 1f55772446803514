"""The prompt language: parse, check and rewrite Midjourney prompts.

Pure: imports only the standard library, `bot.models`, `bot.texts` and itself. The way of a prompt:
`expand` makes plain prompts of it, `parse` reads one (or `with_options` together with options),
`refusal` and `caret` show what is wrong.
"""

from bot.prompts.arguments import Argument
from bot.prompts.defaults import with_defaults
from bot.prompts.diagnostics import Diagnostic, Severity
from bot.prompts.expand import Expansion, expand
from bot.prompts.links import PictureLink, links_of, with_links
from bot.prompts.options import OptionValue, parameters_of, with_options, written_mode
from bot.prompts.parameters import TABLE, Kind, Parameter
from bot.prompts.prompt import MAX_LENGTH, Prompt, parse
from bot.prompts.render import caret, refusal

__all__ = [
    "MAX_LENGTH",
    "TABLE",
    "Argument",
    "Diagnostic",
    "Expansion",
    "Kind",
    "OptionValue",
    "Parameter",
    "PictureLink",
    "Prompt",
    "Severity",
    "caret",
    "expand",
    "links_of",
    "parameters_of",
    "parse",
    "refusal",
    "with_defaults",
    "with_links",
    "with_options",
    "written_mode",
]
