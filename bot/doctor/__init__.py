"""`python -m bot doctor`: what is wrong with this installation, and what to do about it.

Each module looks at one thing and yields findings; `examination` runs them all, `report` shows
them. Nothing here changes anything, and nothing that it says holds a secret.
"""

from bot.doctor.examination import examine
from bot.doctor.report import as_json, as_text, exit_status

__all__ = ["as_json", "as_text", "examine", "exit_status"]
