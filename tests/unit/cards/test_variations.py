"""What is shown of the picture that a job varies."""

from dataclasses import replace

from bot.domain.jobs import Variation
from bot.platforms.discord.cards import job_cards as cards
from bot.platforms.discord.cards import placeholder_cards
from bot.platforms.discord.cards.details import details_view
from tests.unit.cards.samples import accepted, images_of, job, read
from tests.views import text_of

VARIED_AT = "https://discord.com/channels/3/4/5"
VARIED = replace(
    job("https://cdn.example/2.png a red fox --ar 3:2"),
    variation=Variation(number=2, message_url=VARIED_AT),
)


def test_a_variation_says_of_which_picture_and_links_to_it() -> None:
    text = read(cards.result_card(VARIED, 0, images_of(VARIED)))
    assert text.startswith(f">>> a red fox\n-# [Variation of image 2]({VARIED_AT}) · --ar 3:2\n")
    assert "cdn.example" not in text


def test_a_variation_of_a_message_for_one_person_is_not_linked() -> None:
    varied = replace(VARIED, variation=Variation(number=2))
    text = read(cards.result_card(varied, 0, images_of(varied)))
    assert "-# Variation of image 2 · --ar 3:2" in text


def test_the_own_pictures_of_a_variation_are_counted_beside_it() -> None:
    varied = replace(VARIED, prompt="https://cdn.example/2.png https://x.example/a.png a red fox")
    text = read(cards.result_card(varied, 0, images_of(varied)))
    assert f"-# [Variation of image 2]({VARIED_AT}) · 1 image prompt\n" in text


def test_the_details_and_the_placeholder_of_a_variation_show_no_link_of_the_provider() -> None:
    details = text_of(details_view(VARIED, "en"))
    assert "```\na red fox --ar 3:2\n```" in details
    assert f"[Variation of image 2]({VARIED_AT})" in details
    waiting = replace(accepted(ahead=0, in_flight=0), jobs=(VARIED,))
    shown = read(placeholder_cards.placeholder(waiting))
    assert shown.startswith(f">>> a red fox --ar 3:2\n-# [Variation of image 2]({VARIED_AT})\n")
    assert "cdn.example" not in details + shown
