"""All that the bot's commands import: forked processes begin with it."""
# ruff: noqa: F401

import alembic.command

import bot.app
import bot.config.start_warnings
import bot.doctor
import bot.platforms.discord
import bot.platforms.slack
import bot.setup
