"""The commands that sentences name. Pure."""

from bot.domain.texts import CommandName

HELP = CommandName("help")
JOBS = CommandName("jobs")
PRESET = CommandName("preset")
PRESET_LIST = CommandName("preset list")
QUEUE = CommandName("queue")
SETTINGS = CommandName("settings")
