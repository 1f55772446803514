"""The demo's drawings: the same ones each time, in the wanted shape, small enough to post."""

import io
import time
from itertools import combinations

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.demo.artist import LONG_SIDE, draw, draw_picture
from bot.demo.moods import Mood, Scene, Subject, mood
from bot.demo.picture import Picture

PROMPTS = ("a lighthouse at sunset", "neon city at night", "fox", "a castle in spring", "blue sand")
SMALL = 96


def picture(prompt: str, index: int = 0, job: str = "") -> Picture:
    return Picture(prompt=prompt, index=index, job=job)


def moods_of(prompt: str) -> list[Mood]:
    return [mood(picture(prompt, index)) for index in range(4)]


def distance(one: Picture, other: Picture) -> float:
    """Return how far two pictures lie apart: the mean of all differences, 0 … 255."""
    first, second = (opened(draw(shown, long_side=SMALL)) for shown in (one, other))
    return sum(ImageStat.Stat(ImageChops.difference(first, second)).mean) / 3


def spread(prompt: str) -> float:
    """Return how far the four pictures of a prompt lie apart."""
    four = [picture(prompt, index) for index in range(4)]
    pairs = list(combinations(four, 2))
    return sum(distance(*pair) for pair in pairs) / len(pairs)


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png), formats=("PNG",)).convert("RGB")


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_same_prompt_and_index_give_the_same_bytes(prompt: str) -> None:
    first, second = (draw_picture(prompt, 1, long_side=SMALL) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_four_variations_differ_at_a_glance(prompt: str) -> None:
    for one, other in combinations([picture(prompt, index) for index in range(4)], 2):
        assert distance(one, other) > 12


def test_other_prompts_give_other_pictures() -> None:
    assert len({draw_picture(prompt, 0, long_side=SMALL) for prompt in PROMPTS}) == len(PROMPTS)


def test_a_drafts_24_pictures_all_differ() -> None:
    assert len({draw_picture("fox", n, long_side=SMALL) for n in range(24)}) == 24


@pytest.mark.parametrize(
    ("prompt", "size"),
    [
        ("fox", (1024, 1024)),
        ("fox --ar 16:9", (1024, 576)),
        ("fox --ar 9:16 --v 7", (576, 1024)),
        ("fox --aspect 3:2", (1024, 683)),
        ("fox --AR 2:1", (1024, 512)),
        ("fox --ar 2:1 --ar 1:2", (512, 1024)),
        ("fox --ar 99:1", (1024, 73)),
        ("fox --ar 1:99", (73, 1024)),
        ("fox --ar 0:4", (1024, 1024)),
        ("fox --ar 4:0", (1024, 1024)),
        ("fox --ar wide", (1024, 1024)),
        ("fox--ar 2:1", (1024, 1024)),
    ],
)
def test_the_aspect_ratio_is_the_prompts(prompt: str, size: tuple[int, int]) -> None:
    assert picture(prompt).size(LONG_SIDE) == size


@pytest.mark.parametrize("aspect", ["1:1", "14:1", "1:14", "3:2"])
def test_the_picture_has_the_size_it_should_have(aspect: str) -> None:
    prompt = f"lighthouse --ar {aspect}"
    assert opened(draw_picture(prompt, 0)).size == picture(prompt).size(LONG_SIDE)


def test_other_peoples_links_and_most_parameters_change_nothing() -> None:
    prompt = "https://x.example/a.png fox --style raw --s 250"
    assert draw_picture(prompt, 0, long_side=SMALL) == draw_picture("fox", 0, long_side=SMALL)


@pytest.mark.parametrize("prompt", ["", " ", "🦊", "--ar 3:2", "狐", "a\x00b", "x" * 4000])
def test_any_prompt_can_be_drawn(prompt: str) -> None:
    assert opened(draw_picture(prompt, 0, long_side=SMALL)).width == SMALL


@pytest.mark.parametrize("named", [*Scene, *Subject, "wizard", "astronaut", "knight", "queen"])
@pytest.mark.slow
def test_a_full_picture_is_small_and_soon_drawn(named: str) -> None:
    start = time.thread_time()
    png = draw_picture(named, 0)
    assert time.thread_time() - start < 2.0  # a tenth of it on an idle machine
    assert len(png) < 1_500_000
    assert max(opened(png).size) == LONG_SIDE


# ── What is shown ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "scene"),
    [
        ("Mountain lake", Scene.PEAKS),
        ("waves at the beach", Scene.SEA),
        ("a whale in the mountains", Scene.SEA),
        ("a fox in the jungle", Scene.FOREST),
        ("camels in the desert", Scene.DUNES),
        ("cyberpunk street", Scene.CITY),
        ("a green meadow", Scene.HILLS),
        ("a cat in space", Scene.SPACE),
    ],
)
def test_all_four_pictures_show_the_place_that_the_prompt_names(text: str, scene: Scene) -> None:
    assert {shown.scene for shown in moods_of(text)} == {scene}


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("a red fox in the snow", (Subject.FOX,)),
        ("two kittens", (Subject.CAT,)),
        ("cyberpunk street, a puppy", (Subject.DOG,)),
        ("an old house in the mountains", (Subject.HOUSE,)),
        ("a songbird", (Subject.BIRD,)),
        ("a rocket over a castle", (Subject.ROCKET, Subject.CASTLE)),
        ("dog, cat and bird", (Subject.DOG, Subject.CAT)),
        ("a quiet morning", ()),
    ],
)
def test_all_four_pictures_show_what_the_prompt_names(
    text: str, subjects: tuple[Subject, ...]
) -> None:
    assert {shown.subjects for shown in moods_of(text)} == {subjects}


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("Ein roter Fuchs im Wald", "a red fox in the forest"),
        ("Leuchtturm, Sonnenuntergang", "lighthouse, sunset"),
        ("ein weißes Häuschen in der Wüste bei Nacht", "a white house in the desert at night"),
    ],
)
def test_german_words_show_the_same(german: str, english: str) -> None:
    one, other = mood(picture(f"{german} --seed 1")), mood(picture(f"{english} --seed 1"))
    assert (one.subjects, one.scene, one.coat) == (other.subjects, other.scene, other.coat)


@pytest.mark.parametrize("subject", Subject)
def test_what_is_named_is_really_painted(subject: Subject) -> None:
    with_it, without = f"{subject} at sea --seed 1", "something at sea --seed 1"
    assert distance(picture(with_it), picture(without)) > 3


def test_the_prompts_mood_decides_the_colours() -> None:
    assert mood(picture("a forest at night")).palette.is_night
    assert mood(picture("a red fox in the snow")).palette == mood(picture("snow")).palette
    red, green, blue = mood(picture("red hills")).palette.sky[1]
    assert red > max(green, blue)


def test_a_colour_before_a_thing_is_the_things_own() -> None:
    blue, red = (mood(picture(f"a {colour} bird at noon")) for colour in ("blue", "red"))
    assert blue.palette == red.palette
    assert blue.coat != red.coat


# ── Seed, chaos, variations ─────────────────────────────────────────────────────────────────────


def test_without_a_seed_each_job_draws_anew() -> None:
    assert distance(picture("a fox", job="one"), picture("a fox", job="another")) > 5


def test_with_a_seed_the_same_prompt_gives_the_same_pictures() -> None:
    one, other = (picture("a fox --seed 7", 2, job) for job in ("one", "another"))
    assert draw(one, long_side=SMALL) == draw(other, long_side=SMALL)


def test_another_seed_gives_other_pictures() -> None:
    assert distance(picture("a fox --seed 7"), picture("a fox --seed 8")) > 5


@pytest.mark.slow
def test_chaos_spreads_the_four_pictures() -> None:
    prompts = [f"{what} --seed {seed}" for what in ("a fox", "a sea at dawn") for seed in range(4)]
    calm, some, wild = (
        sum(spread(f"{prompt}{chaos}") for prompt in prompts)
        for chaos in ("", " --chaos 50", " --c 100")
    )
    assert calm < some < wild


@pytest.mark.parametrize("prompt", ["a fox", "a castle at night", "mountains", "city", "a ship"])
@pytest.mark.slow
def test_a_variation_is_close_to_its_original_alone(prompt: str) -> None:
    grid = [picture(prompt, index, "first") for index in range(4)]
    for varied in (grid[1].varied(prompt, index, "second") for index in range(4)):
        near = distance(varied, grid[1])
        assert near > 0.2
        assert near * 1.5 < min(distance(varied, grid[other]) for other in (0, 2, 3))


def test_the_variations_of_a_picture_differ() -> None:
    original = picture("a fox", 1, "first")
    varied = [original.varied("a fox", index, job) for job in "ab" for index in range(4)]
    assert len({draw(shown, long_side=SMALL) for shown in varied}) == 8


def test_a_variation_of_a_variation_is_still_of_the_same_kind() -> None:
    original = shown = picture("a house", 3, "first")
    for generation in range(40):
        shown = shown.varied("a house", generation % 4, f"{generation}")
    assert mood(shown).subjects == mood(original).subjects
    assert mood(shown).scene == mood(original).scene
    assert distance(shown, original) < distance(picture("a house", 2, "first"), original)
