"""All that the bot says: what stands in the code, against what each language has of it.

    python -m tests.catalogue [language …]

brings the catalogue of every language up to date, compiles it, and begins those named. Sentences
are read from the syntax trees (Babel's own reader does not look into f-strings), the texts of
commands from discord.py, which knows best what it will want translated.
"""

import ast
import asyncio
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from discord import Locale, app_commands
from discord.app_commands import ContextMenu, TranslationContextTypes

from bot.platforms.discord.commands.translator import catalogue_context
from tests.commands import bot_with_commands

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "bot" / "locales"
TEMPLATES_OF = {"msg": 1, "msg_n": 2}  # how many templates a call begins with


class Catalogue(Catalog):
    """Babel's, with a header that changes only with the language: no dates, names or versions."""

    def __init__(self, language: str | None = None) -> None:
        super().__init__(
            language,
            header_comment="# See docs/translating.md for how to work on this.",
            fuzzy=False,
        )

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit\n"),
        ]


# ── What stands in the code ─────────────────────────────────────────────────────────────────────


def template() -> Catalogue:
    """Return all that there is to translate, in the order of the files and of the commands."""
    found = Catalogue()
    for folder in ("bot", "cogs"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            for sentence in sentences_in(path.read_text(), name):
                found.add(sentence, locations=[(name, 0)])
    for (context, text), places in asyncio.run(_texts_of_commands()).items():
        found.add(text, context=context, auto_comments=places)
    return found


def sentences_in(source: str, name: str) -> Iterator[str | tuple[str, str]]:
    """Return the templates of a module; a pair where something is counted.

    Raises:
        ValueError: a template is put together instead of written there; says where.
    """
    for node in _walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        count = TEMPLATES_OF.get(node.func.id)
        if count is None:
            continue
        literals = [
            argument.value
            for argument in node.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if len(node.args) != count or len(literals) != count:
            raise ValueError(f"{name}:{node.lineno}: {node.func.id} takes {count} plain string(s)")
        yield literals[0] if count == 1 else (literals[0], literals[1])


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Return all nodes in their order; `ast.walk` goes level by level."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _walk(child)


class _Listener(app_commands.Translator):
    """Writes down what discord.py wants to have translated, and where it stands."""

    def __init__(self) -> None:
        self.heard: dict[tuple[str, str], list[str]] = {}

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: Locale,
        context: TranslationContextTypes,
    ) -> None:
        kind = catalogue_context(string, context)
        if kind is not None:
            places = self.heard.setdefault((kind, string.message), [])
            place = _place_of(context)
            if place and place not in places:
                places.append(place)


def _place_of(context: TranslationContextTypes) -> str:
    match context.data:
        case app_commands.Command() | app_commands.Group() as command:
            return f"/{command.qualified_name}"
        case app_commands.Choice() | ContextMenu():
            return ""
        case option:
            return f"/{option.command.qualified_name} {option.display_name}"


async def _texts_of_commands() -> dict[tuple[str, str], list[str]]:
    """Return each text of a command with its context, and the places where it stands."""
    listener = _Listener()
    async with bot_with_commands() as bot:
        for command in bot.tree.get_commands():
            await command.get_translated_payload(bot.tree, listener)
    return listener.heard


# ── What a language has ─────────────────────────────────────────────────────────────────────────


def languages() -> list[str]:
    """Return the names of the folders that hold a catalogue."""
    return sorted(path.parts[-3] for path in LOCALES.glob("*/LC_MESSAGES/messages.po"))


def po_file(language: str) -> Path:
    """Return the file that people translate in."""
    return LOCALES / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalogue:
    """Return the catalogue of a language as it stands in its file; empty if there is none yet."""
    found = Catalogue(language)
    if po_file(language).exists():
        with po_file(language).open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                if message.id:
                    found[message.id] = message
    return found


def updated(language: str, source: Catalogue) -> Catalogue:
    """Return the catalogue of a language as it should be; what is new in it has no translation yet.

    What resembles an older sentence comes with that one's translation, marked as fuzzy.
    """
    catalogue = read(language)
    catalogue.update(source)
    return catalogue


def is_open(message: Message) -> bool:
    """Whether somebody has to look at a translation."""
    forms = message.string if isinstance(message.string, tuple | list) else [message.string]
    return bool(message.id) and (message.fuzzy or not all(forms))


def written(catalogue: Catalogue) -> bytes:
    """Return the file that people translate in."""
    file = BytesIO()
    write_po(file, catalogue, width=0, include_lineno=False, include_previous=True,
             ignore_obsolete=True)  # fmt: skip
    return file.getvalue()


def compiled(catalogue: Catalogue) -> bytes:
    """Return the file that the bot reads."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def main(begun: Sequence[str]) -> None:
    """Write the files of all languages, and of those that are begun."""
    source = template()
    for language in sorted({*languages(), *begun}):
        catalogue = updated(language, source)
        file = po_file(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(written(catalogue))
        file.with_suffix(".mo").write_bytes(compiled(read(language)))
        click.echo(f"{language}: {sum(map(is_open, catalogue))} of {len(catalogue)} to translate")


if __name__ == "__main__":
    main(sys.argv[1:])
