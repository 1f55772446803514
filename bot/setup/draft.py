"""The settings as far as they are known: what is set already, and what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.config import Environment, Settings
from bot.config.env_writing import write_env_file


@dataclass(kw_only=True)
class Draft:
    """Settings by their names in upper case."""

    environment: Environment
    file: Path | None  # where each answer is written at once; None: nowhere
    answered: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return an answer, else what is set, else what is usual; empty if there is none."""
        usual = Settings.model_fields[name.lower()].default
        return self._known(name) or (usual if isinstance(usual, str) else "")

    def has(self, name: str) -> bool:
        """Whether it is answered or set."""
        return bool(self._known(name))

    def _known(self, name: str) -> str:
        return self.answered.get(name, self.environment.values.get(name, ""))

    def put(self, name: str, value: str) -> None:
        """Take an answer; what is set so already, or is usual, is no change.

        Raises:
            ConfigError: the file can't be read or written.
        """
        if value == self.get(name):
            return
        if self.file is not None:
            write_env_file(self.file, {name: value})
        self.answered[name] = value

    def remove(self, name: str) -> None:
        """Leave it out from now on; an empty value counts as unset. Raises as `put`."""
        if self.has(name):
            self.put(name, "")

    def all(self, names: Sequence[str]) -> dict[str, str]:
        """Return those of these that are answered or set."""
        return {name: self.get(name) for name in names if self.has(name)}
