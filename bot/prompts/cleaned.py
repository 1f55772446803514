"""A cleaned prompt that knows where each of its characters stood in the original."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from bot.prompts.diagnostics import Diagnostic

Span: TypeAlias = tuple[int, int]  # from a character up to another one, which is not included
Edit: TypeAlias = tuple[int, int, str]  # and what stands there instead


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A prompt without what is no part of it."""

    text: str
    places: Sequence[int] | None = None  # of each character, and of the end; None: the same
    notes: tuple[Diagnostic, ...] = field(default=())  # placed in the original

    def original(self, note: Diagnostic) -> Diagnostic:
        """Move the place of a diagnostic from the clean text to the original."""
        if self.places is None:
            return note
        start, end = self.span(note.start, note.end)
        return replace(note, start=start, end=end)

    def span(self, start: int, end: int, shift: int = 0) -> Span:
        """Return where this stretch of the clean text stood, `shift` characters further on."""
        if self.places is None:
            return start + shift, end + shift
        first = self.places[min(start, len(self.places) - 1)]
        last = self.places[min(end, len(self.places)) - 1] + 1 if end > start else first
        last = min(max(first, last), self.places[-1])
        return first + shift, last + shift

    def edited(self, edits: Iterable[Edit]) -> "Cleaned":
        """Put other text between these places, which are in order."""
        places = self.places if self.places is not None else range(len(self.text) + 1)
        kept_text: list[str] = []
        kept_places: list[int] = []
        at = 0
        for start, end, instead in edits:
            kept_text += (self.text[at:start], instead)
            kept_places += places[at:start]
            kept_places += [places[start]] * len(instead)
            at = end
        if not kept_text:
            return self
        kept_text.append(self.text[at:])
        kept_places += places[at:]
        return replace(self, text="".join(kept_text), places=kept_places)

    def rearranged(self, spans: Iterable[Span]) -> "Cleaned":
        """Put these stretches behind one another, with a blank before each."""
        places = self.places if self.places is not None else range(len(self.text) + 1)
        text: list[str] = []
        new_places: list[int] = []
        for start, end in spans:
            text += (" ", self.text[start:end])
            new_places += (places[start], *places[start:end])
        return replace(self, text="".join(text), places=[*new_places, places[-1]])

    def saying(self, *notes: Diagnostic) -> "Cleaned":
        """Add remarks; their places are those of the cleaned text."""
        return replace(self, notes=(*self.notes, *map(self.original, notes)))
