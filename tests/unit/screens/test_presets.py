"""/preset: saved, shown and deleted."""

from types import SimpleNamespace

import pytest

from bot.domain.errors import NotAllowedError, OutdatedError, UserError
from bot.domain.people import Preferences, Preset
from bot.domain.views import Action, Menu, View
from bot.ports.reply import Place
from bot.screens.interaction import Interaction
from bot.screens.languages import Languages
from bot.screens.presets import (
    DELETE,
    LIST,
    NEW,
    SHOW,
    PresetsScreen,
    list_view,
    preset_view,
    saved_view,
)
from bot.screens.router import Router
from bot.services.access import Access
from bot.services.personal import MAX_NAME, MAX_PRESETS, PersonalService, SavedPreset
from tests.personal import KeptInMemory
from tests.replies import CHANNEL, interaction
from tests.shown import actions_of, text_of

POSTER = Preset(name="poster", parameters="--ar 2:3", suffix="bold ink")
INK = Preset(name="with: colon", suffix="in ink")
ANN = interaction().person


class Rig:
    """The screen, with what it keeps in memory."""

    def __init__(self, *presets: Preset, tenant: str | None = CHANNEL.tenant_id) -> None:
        self.kept = KeptInMemory({ANN: list(presets)})
        personal = PersonalService(history=None, personal=self.kept)
        access = Access(settings=None, clock=None, allowed_tenants={"discord": {tenant}})
        access.add_platform(SimpleNamespace(name="discord"))
        languages = Languages(personal, within_s=5)
        self.screen = PresetsScreen(personal=personal, access=access, languages=languages)
        self.router = Router(self.screen)

    async def press(self, name: str, *values: str, chosen: tuple[str, ...] = ()) -> Interaction:
        pressed = interaction(Action(name, values), chosen=chosen)
        await self.router.answer(pressed)
        return pressed


def names_in(view: View) -> list[str]:
    return [o.value for e in view.elements if isinstance(e, Menu) for o in e.options]


# ── Commands ────────────────────────────────────────────────────────────────────────────────────


async def test_a_preset_is_saved_and_shown_to_the_person_alone() -> None:
    rig, asked = Rig(), interaction()
    await rig.screen.save(asked, Preset(name="poster", parameters="—ar 2:3", suffix="bold  ink"))
    assert rig.kept.presets_of[ANN] == [POSTER]
    shown = saved_view(SavedPreset(preset=POSTER, has_replaced=False), "en")
    assert asked.reply.shown == [(shown, Place.ALONE)]
    assert "Saved. Choose it" in text_of(shown)


async def test_saving_a_name_again_says_so() -> None:
    rig, asked = Rig(POSTER), interaction()
    await rig.screen.save(asked, Preset(name="POSTER", parameters="--ar 3:2"))
    assert rig.kept.presets_of[ANN] == [Preset(name="POSTER", parameters="--ar 3:2")]
    assert "Saved instead of the old one" in text_of(asked.reply.view)


async def test_nothing_is_kept_for_a_stranger() -> None:
    rig = Rig(tenant="another")
    with pytest.raises(NotAllowedError):
        await rig.screen.save(interaction(), POSTER)
    assert rig.kept.presets_of[ANN] == []


async def test_the_list_is_for_the_person_alone() -> None:
    asked = interaction()
    await Rig(POSTER, INK).screen.show_list(asked)
    assert asked.reply.shown == [(list_view([POSTER, INK], "en"), Place.ALONE)]


async def test_one_preset_is_for_the_person_alone() -> None:
    asked = interaction()
    await Rig(POSTER).screen.show_one(asked, "Poster")
    assert asked.reply.shown == [(preset_view(POSTER, "en"), Place.ALONE)]


async def test_everything_is_in_the_language_that_was_chosen() -> None:
    rig, asked = Rig(POSTER), interaction()
    rig.kept.preferences_of[ANN] = Preferences(language="de")
    await rig.screen.show_list(asked)
    assert asked.reply.view.locale == "de"


async def test_a_preset_is_deleted_and_that_is_said() -> None:
    rig, asked = Rig(POSTER), interaction()
    await rig.screen.delete(asked, "poster")
    assert rig.kept.presets_of[ANN] == []
    assert asked.reply.waited == [Place.ALONE]
    assert asked.reply.said == ["“poster” is deleted."]


async def test_a_preset_that_is_not_there_is_said() -> None:
    rig = Rig()
    for work in (rig.screen.show_one, rig.screen.delete):
        with pytest.raises(UserError, match="no preset"):
            await work(interaction(), "nothing")


# ── Presses ─────────────────────────────────────────────────────────────────────────────────────


async def test_the_list_leads_to_one_of_them_and_back() -> None:
    rig = Rig(POSTER, INK)
    shown = await rig.press(SHOW, chosen=(INK.name,))
    assert shown.reply.shown == [(preset_view(INK, "en"), Place.SAME)]
    back = await rig.press(LIST)
    assert back.reply.shown == [(list_view([POSTER, INK], "en"), Place.SAME)]


async def test_the_one_that_is_shown_is_deleted_whatever_its_name() -> None:
    rig = Rig(POSTER, INK)
    (delete,) = [each for each in actions_of(preset_view(INK, "en")) if each.name == DELETE]
    read = Action.parse(str(delete))
    assert read is not None
    pressed = await rig.press(read.name, *read.values)
    assert rig.kept.presets_of[ANN] == [POSTER]
    assert pressed.reply.shown == [(list_view([POSTER], "en"), Place.SAME)]


async def test_a_preset_deleted_twice_says_so() -> None:
    with pytest.raises(UserError, match="no preset"):
        await Rig().press(DELETE, "poster")


@pytest.mark.parametrize("name", [SHOW, DELETE])
async def test_a_press_that_names_no_preset_is_of_another_version(name: str) -> None:
    with pytest.raises(OutdatedError):
        await Rig(POSTER).press(name)


# ── Views ───────────────────────────────────────────────────────────────────────────────────────


def test_the_list_says_how_many_there_can_be_and_what_each_does() -> None:
    view = list_view([POSTER, INK], "en")
    assert f"2 of {MAX_PRESETS}" in text_of(view)
    assert "**poster**: --ar 2:3 · bold ink" in text_of(view)
    assert names_in(view) == [POSTER.name, INK.name]


def test_a_list_of_none_says_how_to_begin() -> None:
    view = list_view([], "en")
    assert "None yet" in text_of(view)
    assert actions_of(view) == (Action(NEW),)


def test_a_name_of_emoji_alone_fits_the_button_that_deletes_it() -> None:
    view = preset_view(Preset(name="🦊" * MAX_NAME), "en")
    for action in actions_of(view):
        assert len(str(action).encode("utf-16-le")) // 2 <= 100


# ── The form for a new one ──────────────────────────────────────────────────────────────────────


async def test_a_preset_is_saved_by_a_form() -> None:
    rig = Rig()
    opened = (await rig.press(NEW)).reply.opened
    assert [each.name for each in opened[0].fields] == ["name", "parameters", "words"]
    typed = {"name": "poster", "parameters": "--ar 2:3", "words": "bold ink"}
    sent = interaction(opened[0].action, fields=typed, seen=None)
    await rig.router.answer(sent)
    assert sent.reply.shown[0][1] is Place.ALONE
    assert rig.kept.presets_of[ANN] == [POSTER]
