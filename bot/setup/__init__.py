"""`python -m bot setup`: asks for the settings in a terminal and checks each answer at once.

A module for each thing that is asked about; `conversation` puts them in order. What a check says
comes from `bot.doctor`.
"""

from bot.setup.conversation import run_setup
from bot.setup.hosts import HOSTS

__all__ = ["HOSTS", "run_setup"]
