"""The catalogues: complete in every language, and compiled; and which one a person gets."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message

from bot import locales
from bot.domain.texts import msg, msg_n
from bot.locales import languages, render, translate
from bot.prompts.parameters import find
from bot.screens.settings import MAX_LANGUAGES
from tests import catalogue
from tests.catalogue import Catalogue, compiled, is_open, po_file, sentences_in, updated, written

LANGUAGES = catalogue.languages()
each_language = pytest.mark.parametrize("language", LANGUAGES)

Field = tuple[str, str | None, str | None]


@pytest.fixture(scope="module")
def source() -> Catalogue:
    return catalogue.template()


def keys(messages: Catalogue) -> set[tuple[str | None, object]]:
    return {(message.context, message.id) for message in messages if message.id}


def fields(template: str) -> set[Field]:
    return {
        (name, spec, conversion)
        for _, name, spec, conversion in Formatter().parse(template)
        if name is not None
    }


def translations(language: str) -> Iterator[tuple[Message, str, str]]:
    """Return each form of each translation that there is, after the English one it stands for."""
    for message in catalogue.read(language):
        if is_open(message):
            continue  # said elsewhere
        if isinstance(message.id, str):
            yield message, message.id, message.string
        else:
            yield from ((message, message.id[1], form) for form in message.string)


# ── The files ───────────────────────────────────────────────────────────────────────────────────


def test_there_is_german() -> None:
    assert "de" in LANGUAGES


@each_language
def test_nothing_waits_for_a_translation(language: str, source: Catalogue) -> None:
    """`make messages` writes what is missing into the catalogues."""
    assert [message.id for message in updated(language, source) if is_open(message)] == []


@each_language
def test_the_file_holds_what_the_code_says_and_no_more(language: str, source: Catalogue) -> None:
    """`make messages` takes out what is no longer said."""
    assert keys(catalogue.read(language)) == keys(source)
    assert "\n#~" not in po_file(language).read_text()


@each_language
def test_translations_have_the_placeholders_of_the_english_sentence(language: str) -> None:
    for message, english, translated in translations(language):
        lost = fields(english) - fields(translated)
        # "One job" may well be said without a figure.
        assert lost <= ({("count", "", None)} if message.pluralizable else set()), translated
        assert fields(translated) <= fields(english), translated


@each_language
def test_translations_keep_what_is_typed_as_it_is(language: str) -> None:
    parameter = re.compile(r"--[a-z]+")
    for _, english, translated in translations(language):
        assert sorted(parameter.findall(english)) == sorted(parameter.findall(translated))


@each_language
def test_the_compiled_file_says_the_same(language: str) -> None:
    """`make messages` compiles; hosts do not."""
    file = po_file(language).with_suffix(".mo")
    assert file.read_bytes() == compiled(catalogue.read(language))


@each_language
def test_the_files_are_written_the_same_again(language: str) -> None:
    assert po_file(language).read_bytes() == written(catalogue.read(language))


def test_the_languages_are_named_in_themselves() -> None:
    available = languages.available_languages()
    assert next(iter(available.items())) == ("en", "English")
    assert available["de"] == "Deutsch"


def test_the_settings_have_room_for_every_language() -> None:
    assert len(languages.available_languages()) <= MAX_LANGUAGES


# ── What is found in the code ───────────────────────────────────────────────────────────────────


def test_sentences_are_found_wherever_they_stand() -> None:
    code = """
def f(say):
    yield f"### {say(msg('Your jobs'))}"
    return msg_n("{count} job", "{count} jobs", count=2, when=msg(
        "in two "
        "parts"))
"""
    assert list(sentences_in(code, "x.py")) == [
        "Your jobs",
        ("{count} job", "{count} jobs"),
        "in two parts",
    ]


@pytest.mark.parametrize(
    "call",
    ['msg(f"{name} is gone")', "msg(SENTENCE)", 'msg("a" + b)', 'msg("a" if x else "b")',
     'msg_n("one", many, count=2)', 'msg_n("one", count=2)', 'msg("one", "many")'],
)  # fmt: skip
def test_a_sentence_that_is_put_together_is_refused(call: str) -> None:
    with pytest.raises(ValueError, match=r"x\.py:2: "):
        list(sentences_in(f"\n{call}", "x.py"))


def test_the_texts_of_commands_are_found_but_no_proper_names(source: Catalogue) -> None:
    assert source.get("Draw pictures from your words", "description") is not None
    assert source.get("image", "option") is not None
    assert source.get("Fast", "choice") is not None
    assert source.get("Use as style", "menu entry") is not None
    assert source.get("Niji 7", "choice") is None
    assert source.get("8.2", "choice") is None


def test_a_changed_sentence_keeps_its_translation_to_be_looked_at(
    source: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "LOCALES", tmp_path)
    _write(tmp_path, "pt", {"Your jobs, please": "As tarefas", "Long gone": "Foi"})
    found = updated("pt", source)
    kept = found.get("Your jobs")
    assert kept is not None
    assert (kept.string, kept.fuzzy, is_open(kept)) == ("As tarefas", True, True)
    assert keys(found) == keys(source)
    assert b"As tarefas" not in compiled(found)


# ── Which language a person gets ────────────────────────────────────────────────────────────────


def _write(folder: Path, language: str, translated: dict[str, str]) -> None:
    made = Catalogue(language)
    for english, text in translated.items():
        made.add(english, text)
    file = folder / language / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True)
    file.write_bytes(written(made))
    file.with_suffix(".mo").write_bytes(compiled(made))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return an empty folder that the bot looks for catalogues in."""
    monkeypatch.setattr(locales, "_FOLDER", tmp_path)
    monkeypatch.setattr(languages, "_FOLDER", tmp_path)
    for cached in (locales._catalogue, languages.available_languages):
        cached.cache_clear()
    yield tmp_path
    for cached in (locales._catalogue, languages.available_languages):
        cached.cache_clear()


@pytest.mark.parametrize("locale", ["de", "de-AT", "de-DE"])
def test_every_region_of_a_language_is_understood(locale: str) -> None:
    assert render(msg("No, thanks"), locale) == "Nein, danke"


@pytest.mark.parametrize("locale", ["en-US", "en-GB", "th", "zz", ""])
def test_an_unknown_language_falls_back_to_english(locale: str) -> None:
    assert render(msg("No, thanks"), locale) == "No, thanks"


def test_adding_a_language_is_adding_its_file(folder: Path) -> None:
    assert render(msg("Done"), "pt-BR") == "Done"
    locales._catalogue.cache_clear()
    languages.available_languages.cache_clear()
    _write(folder, "pt", {"Done": "Pronto"})
    assert render(msg("Done"), "pt-BR") == "Pronto"
    assert languages.available_languages() == {"en": "English", "pt": "pt"}


def test_the_region_comes_before_the_language(folder: Path) -> None:
    _write(folder, "pt", {"Done": "Pronto"})
    _write(folder, "pt_BR", {"Done": "Feito"})
    assert [render(msg("Done"), locale) for locale in ("pt-BR", "pt")] == ["Feito", "Pronto"]
    assert set(languages.available_languages()) == {"en", "pt", "pt-BR"}


def test_a_missing_translation_falls_back_to_english(folder: Path) -> None:
    _write(folder, "pt", {"Done": "Pronto"})
    assert render(msg("Failed"), "pt") == "Failed"


# ── Sentences ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("locale", "count", "sentence"),
    [
        ("en", 1, "Start 1 job"),
        ("en", 2, "Start 2 jobs"),
        ("de", 1, "1 Auftrag starten"),
        ("de", 2, "2 Aufträge starten"),
    ],
)
def test_what_is_counted_follows_the_language(locale: str, count: int, sentence: str) -> None:
    text = msg_n("Start {count} job", "Start {count} jobs", count=count)
    assert render(text, locale) == sentence


@pytest.mark.parametrize(("count", "sentence"), [(1, "Start 1 job"), (2, "Start 2 jobs")])
def test_a_sentence_by_itself_is_english(count: int, sentence: str) -> None:
    assert str(msg_n("Start {count} job", "Start {count} jobs", count=count)) == sentence


def test_a_sentence_within_a_sentence_is_translated_too() -> None:
    inner = msg("“{name}”", name=msg("Attach Files"))
    assert render(inner, "de") == "„Dateien anhängen“"
    assert str(inner) == "“Attach Files”"


# ── The prompt language ─────────────────────────────────────────────────────────────────────────

OPTIONS = (
    "aspect", "version", "stylize", "image", "style", "mode", "preset", "private", "no", "chaos",
    "weird", "raw", "seed", "tile", "image2", "image_weight",
)  # fmt: skip


@each_language
@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_is_a_parameter_by_its_translated_name(language: str, option: str) -> None:
    shown = translate(option, language, context="option")
    assert find(shown) is not None
    assert find(shown) is find(option)
