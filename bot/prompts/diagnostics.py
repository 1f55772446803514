"""What the prompt language has to say about a prompt: severity, place, sentence, repair."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.texts import Text, msg

QUOTE_LENGTH = 40  # a sentence stays a sentence even when the word it quotes is 4000 long
BACKTICK_LOOKALIKE = "\N{MODIFIER LETTER GRAVE ACCENT}"  # cannot end a code span or block


class Severity(StrEnum):
    """How much a diagnostic matters."""

    REFUSE = "refuse"  # it cannot be right in any version: the prompt may not be submitted
    ASK = "ask"  # the picture would probably not be what was meant: ask before it is paid for
    REMARK = "remark"  # harmless: something was put right, or is newer than the table


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What makes a prompt right again, and the sentence that says it was done."""

    said: Text
    drops: int | None = None  # the parameter that begins at this place goes
    puts: str = ""  # … and this stands instead of it
    adds_words: str = ""  # these go behind the words
    moves_links: bool = False  # from among the words to the start
    drops_weights: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One remark about one place of a prompt."""

    severity: Severity
    start: int  # characters into the original text, start <= end <= its length
    end: int
    text: Text
    repair: Repair | None = None  # of a question; None: only the person knows what was meant


def quote(text: str) -> str:
    """Make a person's words fit into a code span: one line, no backticks, clipped."""
    line = " ".join(text[: QUOTE_LENGTH * 4].split()).replace("`", BACKTICK_LOOKALIKE)
    return line if len(line) <= QUOTE_LENGTH else f"{line[: QUOTE_LENGTH - 1]}…"


def remark(start: int, end: int, text: Text) -> Diagnostic:
    """Return a remark: something was corrected, or is worth knowing."""
    return Diagnostic(severity=Severity.REMARK, start=start, end=end, text=text)


def read_as(start: int, end: int, typed: str, read: str) -> Diagnostic:
    """Return a remark that something was read as its probable meaning."""
    text = msg("I read `{typed}` as `{read}`.", typed=quote(typed), read=quote(read))
    return remark(start, end, text)
