"""Sentences as values: an English template and what goes into it.

The core says *what* to tell a person; the platform adapter renders it in that person's language.
A template is a gettext message id, so it must be a literal at the place where `msg` is called.
May import nothing of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence for a person: `template` in `str.format` syntax, filled from `values`."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Give the English sentence."""
        return self.template.format(**self.values)


def msg(template: str, **values: object) -> Text:
    """Mark `template` for the catalogue and pair it with its values."""
    return Text(template, MappingProxyType(values))
