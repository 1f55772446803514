"""/settings: each choice is kept, and the panel says so."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from bot.domain.errors import NotAllowedError, OutdatedError, PromptError
from bot.domain.jobs import Mode
from bot.domain.people import Preferences
from bot.domain.views import Action, Menu, TextField, View
from bot.ports.reply import Place
from bot.screens.interaction import Interaction
from bot.screens.router import Router
from bot.screens.settings import (
    ASK,
    DEFAULTS,
    DM,
    LANGUAGE,
    MODE,
    PARAMETERS,
    RESET,
    SettingsScreen,
    parameters_form,
    settings_view,
)
from bot.services.access import Access
from bot.services.personal import MAX_PARAMETERS, PersonalService
from tests.personal import KeptInMemory
from tests.replies import CHANNEL, interaction, seen
from tests.shown import actions_of, buttons_of, text_of

LANGUAGES = {"en": "English", "de": "Deutsch"}
EVERYTHING = Preferences(
    mode=Mode.RELAXED, parameters="--ar 3:2", wants_dm=True, language="de", wants_questions=False
)
ANN = interaction().person


class Rig:
    """The screen, with what it keeps in memory."""

    def __init__(self, *, tenant: str | None = CHANNEL.tenant_id) -> None:
        self.kept = KeptInMemory()
        personal = PersonalService(history=None, personal=self.kept)
        platform = SimpleNamespace(name="discord", title="Discord")
        access = Access(settings=None, clock=None, allowed_tenants={"discord": {tenant}})
        access.add_platform(platform)
        self.screen = SettingsScreen(
            personal=personal,
            access=access,
            available=LANGUAGES,
        )
        self.router = Router(self.screen)

    @property
    def preferences(self) -> Preferences:
        return self.kept.preferences_of.get(ANN, Preferences())

    async def do(self, name: str, *values: str, **changes: object) -> Interaction:
        done = interaction(Action(name, values), **changes)
        await self.router.answer(done)
        return done


@pytest.fixture
def rig() -> Rig:
    return Rig()


def view_of(preferences: Preferences) -> View:
    return settings_view(preferences, "en", available=LANGUAGES, platform="Discord")


def menu(view: View, name: str) -> Menu:
    (found,) = (e for e in view.elements if isinstance(e, Menu) and e.action.name == name)
    return found


def chosen(view: View, name: str) -> list[str]:
    return [option.value for option in menu(view, name).options if option.is_chosen]


# ── What is shown ───────────────────────────────────────────────────────────────────────────────


async def test_the_panel_is_for_the_person_alone(rig: Rig) -> None:
    asked = interaction()
    await rig.screen.show(asked)
    assert asked.reply.waited == [Place.ALONE]
    assert asked.reply.shown == [(view_of(Preferences()), Place.ALONE)]


async def test_the_panel_speaks_the_language_that_was_chosen(rig: Rig) -> None:
    rig.kept.preferences_of[ANN] = Preferences(language="de")
    asked = interaction()
    await rig.screen.show(asked)
    assert asked.reply.view.locale == "de"


def test_what_holds_is_chosen_in_the_menus() -> None:
    assert (chosen(view_of(EVERYTHING), MODE), chosen(view_of(EVERYTHING), LANGUAGE)) == (
        ["relaxed"], ["de"]
    )  # fmt: skip
    assert chosen(view_of(Preferences()), MODE) == ["auto"]


@pytest.mark.parametrize("language", [None, "tlh"])
def test_a_language_that_is_not_offered_counts_as_automatic(language: str | None) -> None:
    assert chosen(view_of(Preferences(language=language)), LANGUAGE) == ["auto"]


def test_automatic_names_the_platform() -> None:
    view = settings_view(Preferences(), "en", available=LANGUAGES, platform="Slack")
    assert str(menu(view, LANGUAGE).options[0].label) == "Automatic (as in Slack)"


def test_switches_do_the_opposite_of_what_holds() -> None:
    off, on = actions_of(view_of(Preferences())), actions_of(view_of(EVERYTHING))
    assert {Action(DM, ("on",)), Action(ASK, ("off",))} <= set(off)
    assert {Action(DM, ("off",)), Action(ASK, ("on",))} <= set(on)
    assert [str(button.label) for button in buttons_of(view_of(EVERYTHING))] == [
        "Change", "Turn off", "Turn on", "Reset everything"
    ]  # fmt: skip


def test_default_parameters_are_shown() -> None:
    assert "--ar 3:2" in text_of(view_of(EVERYTHING))


# ── What a press changes ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "values", "picked", "expected"),
    [
        (MODE, (), "fast", Preferences(mode=Mode.FAST)),
        (LANGUAGE, (), "de", Preferences(language="de")),
        (DM, ("on",), None, Preferences(wants_dm=True)),
        (ASK, ("off",), None, Preferences(wants_questions=False)),
    ],
)
async def test_a_choice_is_kept_and_shown_in_place(
    rig: Rig, name: str, values: tuple[str, ...], picked: str | None, expected: Preferences
) -> None:
    pressed = await rig.do(name, *values, chosen=(picked,) if picked else ())
    assert rig.preferences == expected
    view = replace(view_of(expected), locale=expected.language or "en")
    assert pressed.reply.shown == [(view, Place.SAME)]


@pytest.mark.parametrize(
    ("name", "values", "picked", "expected"),
    [
        (MODE, (), "auto", replace(EVERYTHING, mode=None)),
        (LANGUAGE, (), "auto", replace(EVERYTHING, language=None)),
        (DM, ("off",), None, replace(EVERYTHING, wants_dm=False)),
        (ASK, ("on",), None, replace(EVERYTHING, wants_questions=True)),
        (RESET, (), None, Preferences()),
    ],
)
async def test_a_choice_is_taken_back_alone(
    rig: Rig, name: str, values: tuple[str, ...], picked: str | None, expected: Preferences
) -> None:
    rig.kept.preferences_of[ANN] = EVERYTHING
    await rig.do(name, *values, chosen=(picked,) if picked else ())
    assert rig.preferences == expected


async def test_a_language_is_spoken_as_soon_as_it_is_chosen(rig: Rig) -> None:
    pressed = await rig.do(LANGUAGE, chosen=("de",))
    assert pressed.reply.view.locale == "de"


@pytest.mark.parametrize(
    ("name", "values", "picked"),
    [(MODE, (), "warp"), (LANGUAGE, (), "tlh"), (DM, ("maybe",), None), (ASK, (), None)],
)
async def test_what_no_panel_of_this_version_offers_changes_nothing(
    rig: Rig, name: str, values: tuple[str, ...], picked: str | None
) -> None:
    with pytest.raises(OutdatedError):
        await rig.do(name, *values, chosen=(picked,) if picked else ())
    assert rig.kept.preferences_of == {}


@pytest.mark.parametrize(
    ("name", "changes"),
    [(RESET, {}), (MODE, {"chosen": ("fast",)}), (DEFAULTS, {"fields": {"parameters": "a fox"}})],
)
async def test_nothing_is_read_or_kept_for_a_stranger(
    name: str, changes: dict[str, object]
) -> None:
    rig = Rig(tenant="another")
    with pytest.raises(NotAllowedError):
        await rig.do(name, **changes)
    assert rig.kept.preferences_of == {}


# ── The form for parameters ─────────────────────────────────────────────────────────────────────


async def test_the_form_is_filled_with_what_holds(rig: Rig) -> None:
    rig.kept.preferences_of[ANN] = EVERYTHING
    opened = await rig.do(PARAMETERS)
    assert opened.reply.opened == [parameters_form("--ar 3:2", "de")]


async def test_parameters_are_kept_in_their_normal_form(rig: Rig) -> None:
    fields = {"parameters": " —ar 16:9 --stylize 250"}
    sent = await rig.do(DEFAULTS, fields=fields, seen=seen(is_ephemeral=True))
    assert rig.preferences == Preferences(parameters="--ar 16:9 --stylize 250")
    assert sent.reply.waited == [Place.SAME]
    assert "--ar 16:9 --stylize 250" in text_of(sent.reply.view)


async def test_an_emptied_form_sets_no_parameters(rig: Rig) -> None:
    rig.kept.preferences_of[ANN] = EVERYTHING
    await rig.do(DEFAULTS, fields={"parameters": ""})
    assert rig.preferences == replace(EVERYTHING, parameters="")


async def test_wrong_parameters_change_nothing(rig: Rig) -> None:
    with pytest.raises(PromptError):
        await rig.do(DEFAULTS, fields={"parameters": "--ar 16:0"})
    assert rig.preferences == Preferences()


def test_the_form_takes_as_much_as_can_be_kept() -> None:
    (field,) = parameters_form("", "en").fields
    assert isinstance(field, TextField)
    assert (field.max_length, field.is_required) == (MAX_PARAMETERS, False)
