"""What people do at Slack comes to the right screen, once, and from nobody who may not."""

import pytest

from bot.domain.errors import UnavailableError
from bot.platforms.slack.commands.admission import Admission
from bot.platforms.slack.commands.names import IMAGINE_FROM_IMAGE, JOB_DETAILS
from bot.platforms.slack.connection.identity import IdentityHolder
from bot.platforms.slack.ids import person_of
from bot.platforms.slack.messenger import files
from bot.screens.actions import COPY_PART
from tests.integration.slack.rig import Rig, rig_on
from tests.pictures import png
from tests.standins.migrated import scratch_database
from tests.standins.slack import SlackStandIn

# ── Commands ────────────────────────────────────────────────────────────────────────────────────


async def test_a_prompt_becomes_a_job_of_the_person(rig: Rig) -> None:
    ann, s = rig.s.ann, rig.s
    ann.locale = "de-DE"
    await rig.command(ann, "a fox &amp; “two” hens")
    [job] = await rig.all_jobs()
    assert job.origin.person.key == f"slack:{s.world.team_id}/{ann.id}"
    assert job.origin.conversation.id == s.channel.id
    assert (job.prompt, job.origin.locale) == ('a fox & "two" hens', "de-DE")


async def test_a_command_that_comes_twice_is_one_job(rig: Rig) -> None:
    done = await rig.command(rig.s.ann, "a red fox")
    await rig.hear(done)
    assert len(await rig.all_jobs()) == 1


@pytest.mark.parametrize("word", ["help", "jobs", "queue", "settings", "Help"])
async def test_a_word_opens_its_screen_for_the_person_alone(rig: Rig, word: str) -> None:
    await rig.command(rig.s.ann, word)
    assert rig.told(rig.s.ann)
    assert rig.s.channel.messages == []
    assert await rig.all_jobs() == []


async def test_nothing_opens_the_form_whose_request_becomes_a_job(rig: Rig) -> None:
    form = (await rig.command(rig.s.ann)).form
    await rig.submit(form, prompt="a red fox")
    [job] = await rig.all_jobs()
    assert job.origin.conversation.id == rig.s.channel.id
    assert job.prompt == "a red fox"


async def test_a_refused_prompt_is_told_alone(rig: Rig) -> None:
    await rig.command(rig.s.ann, "a fox --ar lots")
    assert "--ar" in rig.told(rig.s.ann)
    assert await rig.all_jobs() == []


async def test_a_prompt_far_too_long_is_told_with_its_length(rig: Rig) -> None:
    await rig.command(rig.s.ann, "fox " * 5000)
    assert "19999 characters" in rig.told(rig.s.ann)


async def test_the_bot_is_invited_by_its_own_name(rig: Rig) -> None:
    hidden = rig.s.add_channel("hidden", private=True, bot_is_member=False)
    await rig.command(rig.s.ann, "a red fox", at=hidden)
    assert f"/invite @{rig.s.world.bot.name}" in rig.told(rig.s.ann, at=hidden)


async def test_what_no_database_keeps_is_cleaned(rig: Rig) -> None:
    await rig.command(rig.s.ann, "a \0 fox")
    [job] = await rig.all_jobs()
    assert "\0" not in job.prompt


# ── Buttons ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_button_asks_for_the_same_once_more(rig: Rig) -> None:
    _, card = await rig.result(rig.s.ann)
    await rig.press(rig.s.ben, card, "🔁 Again")
    [job] = await rig.all_jobs()
    assert job.origin.person.id.endswith(rig.s.ben.id)


async def test_a_number_posts_the_picture(rig: Rig) -> None:
    _, card = await rig.result(rig.s.ann)
    await rig.press(rig.s.ben, card, "2")
    posted = rig.s.channel.messages[-1]
    assert posted is not card
    assert len(posted.images) == 1


async def test_a_number_lets_the_bot_join_the_channel_again(rig: Rig) -> None:
    _, card = await rig.result(rig.s.ann)
    rig.s.channel.members.remove(rig.s.world.bot)
    await rig.press(rig.s.ben, card, "2")  # only now it hears that it was removed
    await rig.press(rig.s.ben, card, "2")
    assert rig.s.channel.bot_is_member
    assert len(rig.s.channel.messages[-1].images) == 1


async def test_a_button_in_a_thread_answers_there(rig: Rig) -> None:
    start = rig.s.say(rig.s.ann, rig.s.channel, "look")
    _, card = await rig.result(rig.s.ann, thread=start)
    await rig.press(rig.s.ben, card, "2")
    assert rig.s.channel.messages[-1].thread_ts == start.ts
    await rig.press(rig.s.ben, card, "Details")
    assert rig.s.channel.ephemeral(rig.s.ben)[-1].thread_ts == start.ts


async def test_a_button_of_the_message_that_a_thread_hangs_on_answers_in_the_channel(
    rig: Rig,
) -> None:
    _, card = await rig.result(rig.s.ann)
    card.thread_ts = card.ts  # as Slack says of it
    await rig.press(rig.s.ben, card, "2")
    assert rig.s.channel.messages[-1].thread_ts is None


async def test_an_action_that_the_message_does_not_offer_is_nothing(rig: Rig) -> None:
    job, card = await rig.result(rig.s.ann)
    done = await rig.s.press(rig.s.ben, card, "Details", wait=0)
    forged = {**done.payload["actions"][0], "action_id": f"imagine:delete:{job.id}:999"}
    await rig.hear(done, actions=[forged])
    assert not card.deleted
    assert "older version" in rig.told(rig.s.ben)


async def test_a_button_of_nobody_is_only_acknowledged(rig: Rig) -> None:
    _, card = await rig.result(rig.s.ann)
    done = await rig.s.press(rig.s.ben, card, "Details", wait=0)
    link = {**done.payload["actions"][0], "action_id": "a4fz"}
    await rig.hear(done, actions=[link])
    assert rig.s.channel.ephemeral(rig.s.ben) == []


async def test_edit_opens_a_form_that_makes_a_job(rig: Rig) -> None:
    _, card = await rig.result(rig.s.ann)
    form = (await rig.press(rig.s.ben, card, "✏️ Edit")).form
    await rig.submit(form, prompt="a blue fox")
    [job] = await rig.all_jobs()
    assert job.prompt == "a blue fox"


# ── What comes twice ────────────────────────────────────────────────────────────────────────────


async def test_a_press_that_comes_twice_posts_one_picture(rig: Rig) -> None:
    _, card = await rig.result(rig.s.ann)
    done = await rig.press(rig.s.ben, card, "2")
    await rig.hear(done)
    assert len(rig.s.channel.messages) == 2


async def test_a_double_click_is_one_press(rig: Rig) -> None:
    _, card = await rig.result(rig.s.ann)
    first = await rig.press(rig.s.ben, card, "🔁 Again")
    second = await rig.s.press(rig.s.ben, card, "🔁 Again", wait=0)
    pressed = first.payload["actions"][0]
    soon = str(float(pressed["action_ts"]) + 0.3)
    await rig.hear(second, actions=[{**pressed, "action_ts": soon}])
    [one] = await rig.all_jobs()
    await rig.press(rig.s.ben, card, "🔁 Again")
    [another] = await rig.all_jobs()
    assert one.id != another.id


async def test_a_command_that_comes_to_two_processes_is_one_job(s: SlackStandIn) -> None:
    async with (
        scratch_database() as database,
        rig_on(database, s) as rig,
        rig_on(database, s) as other,
    ):
        done = await rig.command(s.ann, "a red fox")
        await other.hear(done)
        assert len(await rig.all_jobs()) == 1


# ── Copies ──────────────────────────────────────────────────────────────────────────────────────


async def test_details_at_a_copy_let_everybody_ask_for_the_same(rig: Rig) -> None:
    _, copy = await rig.result(rig.s.ann, "a red fox --private", part=COPY_PART)
    await rig.press(rig.s.ben, copy, "Details")
    details = rig.s.channel.ephemeral(rig.s.ben)[-1]
    await rig.press(rig.s.ben, details, "🔁 Again")
    [job] = await rig.all_jobs()
    assert job.origin.person.id.endswith(rig.s.ben.id)


async def test_a_form_at_a_copy_lets_everybody_change_the_prompt(rig: Rig) -> None:
    _, copy = await rig.result(rig.s.ann, "a red fox --private", part=COPY_PART)
    form = (await rig.press(rig.s.ben, copy, "✏️ Edit")).form
    await rig.submit(form, prompt="a blue fox")
    await rig.press(rig.s.ben, copy, "Details")
    details = rig.s.channel.ephemeral(rig.s.ben)[-1]
    form = (await rig.press(rig.s.ben, details, "✏️ Edit")).form
    await rig.submit(form, prompt="a green fox")
    assert [job.prompt for job in await rig.all_jobs()] == ["a blue fox", "a green fox"]


async def test_details_that_name_no_copy_make_nothing_public(rig: Rig) -> None:
    secret, _ = await rig.result(rig.s.ann, "a red fox --private")
    _, card = await rig.result(rig.s.ann)
    await rig.press(rig.s.ben, card, "Details")
    details = rig.s.channel.ephemeral(rig.s.ben)[-1]
    done = await rig.s.press(rig.s.ben, details, "🔁 Again", wait=0)
    forged = f"imagine:again:{secret.id}:{rig.s.channel.id}:{card.ts}"
    await rig.hear(done, actions=[{**done.payload["actions"][0], "action_id": forged}])
    assert "isn't one of your jobs" in rig.told(rig.s.ben)
    assert await rig.all_jobs() == []


async def test_a_message_of_another_app_makes_nothing_public(rig: Rig) -> None:
    secret, card = await rig.result(rig.s.ann, "a red fox --private", part=COPY_PART)
    card.author = rig.s.world.add_user("another app", is_bot=True)
    await rig.shortcut(rig.s.ben, card, JOB_DETAILS)
    assert secret.id not in rig.told(rig.s.ben)


# ── Home ────────────────────────────────────────────────────────────────────────────────────────


async def test_opening_home_fills_it(rig: Rig) -> None:
    await rig.hear(await rig.s.open_home(rig.s.ann, wait=0))
    assert rig.s.home(rig.s.ann) is not None


async def test_the_form_of_home_makes_a_job_of_the_direct_messages(rig: Rig) -> None:
    await rig.hear(await rig.s.open_home(rig.s.ann, wait=0))
    home = rig.s.home(rig.s.ann)
    assert home is not None
    form = (await rig.press(rig.s.ann, home, "imagine:compose")).form
    await rig.submit(form, prompt="a red fox")
    [job] = await rig.all_jobs()
    assert job.origin.conversation.id == rig.s.dm(rig.s.ann).id
    assert job.origin.conversation.is_direct


# ── Who may ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("button", ["🔁 Again", "Details", "🗑️ Delete", "2", "✏️ Edit"])
async def test_people_of_another_workspace_can_press_nothing(rig: Rig, button: str) -> None:
    _, card = await rig.result(rig.s.ann)
    stranger = rig.s.add_user("eve", team_id="T0STRANGER", is_admin=True)
    done = await rig.press(stranger, card, button)
    assert "certain workspaces" in rig.told(stranger)
    assert rig.s.channel.messages == [card]
    assert done.views == []
    assert await rig.all_jobs() == []


async def test_the_workspaces_that_are_named_are_all_that_may(s: SlackStandIn) -> None:
    async with scratch_database() as database, rig_on(database, s, teams=("T0PARTNER",)) as rig:
        await rig.command(s.ann, "a red fox")
        assert "certain workspaces" in rig.told(s.ann)
        assert await rig.all_jobs() == []


async def test_only_the_asker_and_admins_delete_and_the_files_go_too(rig: Rig) -> None:
    rig.s.ben.is_admin = False
    _, card = await rig.result(rig.s.ann)
    await rig.press(rig.s.ben, card, "🗑️ Delete")
    assert not card.deleted
    admin = rig.s.add_user("ada", is_admin=True)
    await rig.press(admin, card, "🗑️ Delete")
    assert card.deleted
    assert all(file.deleted for file in rig.s.world.files.values())


async def test_an_admin_of_another_workspace_is_none_here(s: SlackStandIn) -> None:
    teams = (s.world.team_id, "T0PARTNER")
    async with scratch_database() as database, rig_on(database, s, teams=teams) as rig:
        _, card = await rig.result(s.ann)
        guest = s.add_user("eve", team_id="T0PARTNER", is_admin=True)
        await rig.press(guest, card, "Details")
        assert "a red fox" in rig.told(guest)
        await rig.press(guest, card, "🗑️ Delete")
        assert not card.deleted


async def test_whoever_has_several_workspaces_of_an_organisation_is_one_person(rig: Rig) -> None:
    s = rig.s
    ann = s.add_user("ann", team_id="T0HOME")
    ann.workspaces = ("T0HOME", s.world.team_id)
    _, card = await rig.result(ann)
    await rig.press(ann, card, "🔁 Again")
    [pressed] = await rig.all_jobs()
    assert pressed.origin.person.key == f"slack:{s.world.team_id}/{ann.id}"
    assert pressed.origin.conversation.tenant_id == s.world.team_id
    await rig.press(ann, card, "🗑️ Delete")
    assert card.deleted


async def test_whoever_has_other_workspaces_of_an_organisation_is_a_stranger(rig: Rig) -> None:
    _, card = await rig.result(rig.s.ann)
    eve = rig.s.add_user("eve", team_id="T0HOME")
    eve.workspaces = ("T0HOME", "T0OTHER")
    await rig.press(eve, card, "🔁 Again")
    assert "certain workspaces" in rig.told(eve)
    assert await rig.all_jobs() == []


async def test_what_guests_ask_for_is_asked_in_our_workspace(s: SlackStandIn) -> None:
    teams = (s.world.team_id, "T0PARTNER")
    async with scratch_database() as database, rig_on(database, s, teams=teams) as rig:
        _, card = await rig.result(s.ann)
        guest = s.add_user("eve", team_id="T0PARTNER")
        await rig.press(guest, card, "🔁 Again")
        [job] = await rig.all_jobs()
        assert job.origin.person.id == f"T0PARTNER/{guest.id}"
        assert job.origin.conversation.tenant_id == s.world.team_id


async def test_nobody_is_let_in_before_it_is_known_which_workspace_is_ours() -> None:
    admission = Admission(identity=IdentityHolder(), allowed_teams=(), within_s=0.01)
    with pytest.raises(UnavailableError):
        await admission.check(person_of("T1", "U1"))


async def test_a_token_without_the_scope_for_people_is_no_error(rig: Rig) -> None:
    rig.s.scopes -= {"users:read"}
    await rig.command(rig.s.ann, "a red fox")
    [job] = await rig.all_jobs()
    assert job.origin.locale == "en"


async def test_a_person_is_looked_up_once(rig: Rig) -> None:
    for _ in range(3):
        await rig.command(rig.s.ann, "queue")
    assert len(rig.s.calls("users.info")) == 1


# ── Menus of messages ───────────────────────────────────────────────────────────────────────────


async def test_a_persons_picture_becomes_an_image_prompt(rig: Rig) -> None:
    said = rig.s.say(rig.s.ben, rig.s.channel, "look", ("dog.png", png()))
    form = (await rig.shortcut(rig.s.ann, said, IMAGINE_FROM_IMAGE)).form
    await rig.submit(form, prompt="a red fox")
    [job] = await rig.all_jobs()
    assert job.prompt.startswith("https://bot.example/")
    assert job.prompt.endswith(" a red fox")


async def test_the_menu_of_a_message_in_a_thread_asks_for_a_job_there(rig: Rig) -> None:
    start = rig.s.say(rig.s.ben, rig.s.channel, "look")
    said = rig.s.say(rig.s.ben, rig.s.channel, "here", ("dog.png", png()), thread=start)
    form = (await rig.shortcut(rig.s.ann, said, IMAGINE_FROM_IMAGE)).form
    await rig.submit(form, prompt="a red fox")
    [job] = await rig.all_jobs()
    assert job.origin.conversation.id == f"{rig.s.channel.id}/{start.ts}"


async def test_a_picture_of_ours_becomes_an_image_prompt(rig: Rig) -> None:
    _, card = await rig.result(rig.s.ann)
    form = (await rig.shortcut(rig.s.ben, card, IMAGINE_FROM_IMAGE)).form
    await rig.submit(form, prompt="a blue fox")
    [job] = await rig.all_jobs()
    assert job.prompt.startswith("https://bot.example/")


async def test_without_an_address_on_the_web_a_picture_costs_nothing(s: SlackStandIn) -> None:
    async with scratch_database() as database, rig_on(database, s, public_url=None) as rig:
        said = s.say(s.ben, s.channel, "look", ("dog.png", png()))
        form = (await rig.shortcut(s.ann, said, IMAGINE_FROM_IMAGE)).form
        await rig.submit(form, prompt="a red fox")
        assert "PUBLIC_URL" in rig.told(s.ann)
        assert await rig.all_jobs() == []


async def test_a_picture_that_is_too_large_is_told_so_with_the_limit(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10)  # of what is read at all
    said = rig.s.say(rig.s.ben, rig.s.channel, "look", ("dog.png", png()))
    form = (await rig.shortcut(rig.s.ann, said, IMAGINE_FROM_IMAGE)).form
    await rig.submit(form, prompt="a red fox")
    assert "larger than 8 MiB" in rig.told(rig.s.ann)
    assert await rig.all_jobs() == []


async def test_a_message_without_a_picture_is_told_so(rig: Rig) -> None:
    said = rig.s.say(rig.s.ben, rig.s.channel, "look")
    await rig.shortcut(rig.s.ann, said, IMAGINE_FROM_IMAGE)
    assert "no picture" in rig.told(rig.s.ann)


async def test_the_menu_of_a_card_tells_about_its_job(rig: Rig) -> None:
    job, card = await rig.result(rig.s.ann)
    await rig.shortcut(rig.s.ben, card, JOB_DETAILS)
    assert job.id in rig.told(rig.s.ben)


async def test_the_menu_of_somebody_elses_message_knows_nothing(rig: Rig) -> None:
    said = rig.s.say(rig.s.ben, rig.s.channel, "look")
    await rig.shortcut(rig.s.ann, said, JOB_DETAILS)
    assert "know nothing about it" in rig.told(rig.s.ann)
