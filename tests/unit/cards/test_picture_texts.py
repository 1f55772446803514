"""Pictures for those who cannot see them."""

from dataclasses import replace

from bot.platforms.discord.cards import job_cards as cards
from tests.unit.cards.samples import alternatives_of, images_of, job


def test_the_words_stand_for_a_picture_without_parameters_and_links() -> None:
    asked = job("https://x.example/a.png a red fox --ar 16:9 --sref https://x.example/b.png")
    view = cards.result_card(asked, 0, images_of(asked))
    assert alternatives_of(view) == [f"a red fox, picture {n} of 4" for n in (1, 2, 3, 4)]


def test_a_picture_without_words_is_counted() -> None:
    asked = job("https://x.example/a.png https://x.example/b.png")
    view = cards.result_card(asked, 0, images_of(asked))
    assert alternatives_of(view)[0] == "picture 1 of 4"


def test_words_that_stand_for_a_picture_keep_discords_limit() -> None:
    (said, *_) = alternatives_of(cards.result_card(job("fox " * 900), 0, images_of(job())))
    assert len(said) <= 1024
    assert said.endswith("…, picture 1 of 4")


def test_alternative_texts_are_in_the_language_of_the_origin() -> None:
    german = replace(job(), origin=replace(job().origin, locale="de"))
    (said, *_) = alternatives_of(cards.result_card(german, 0, images_of(german)))
    assert said == "a red fox, Bild 1 von 4"
