"""Texts from outside, made fit to be kept and shown. Pure; every adapter's edge calls it once."""

import re
from typing import Any

MAX_TEXT = 40_000  # characters: as much as the longest message of a chat platform has

# What no database keeps (the null character, halves of characters), what controls a terminal, and
# what stands for no character at all. Nobody types them.
_UNFIT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

# What may choose the folder of a catalogue, and be kept with each job: "de", "pt-BR".
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")


def clean_locale(text: str, *, usual: str) -> str:
    """Return a language as a platform names it, or the usual one if that is none."""
    return text if _LOCALE.fullmatch(text) else usual


def clean(text: str) -> str:
    """Return `text` with a blank for each character that nothing could keep, and bounded."""
    text = text[:MAX_TEXT]
    return text if text.isprintable() else _UNFIT.sub(" ", text)  # nearly all text is


def cleaned(payload: Any) -> Any:
    """Return a copy of what JSON held, with every text in it clean, names of fields included."""
    if isinstance(payload, str):
        return clean(payload)
    if isinstance(payload, dict):
        return {cleaned(name): cleaned(value) for name, value in payload.items()}
    if isinstance(payload, list):
        return [cleaned(value) for value in payload]
    return payload
