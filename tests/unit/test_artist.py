"""The demo's drawings: the same ones each time, in the wanted shape, small enough to post."""

import io
import time
from itertools import combinations

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.demo.artist import LONG_SIDE, draw_picture, picture_size
from bot.demo.palettes import Scene, mood

PROMPTS = ("a lighthouse at sunset", "neon city at night", "fox", "a castle in spring", "blue sand")
SMALL = 96


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png), formats=("PNG",)).convert("RGB")


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_same_prompt_and_index_give_the_same_bytes(prompt: str) -> None:
    first, second = (draw_picture(prompt, 1, long_side=SMALL) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_four_variations_differ_at_a_glance(prompt: str) -> None:
    pictures = [opened(draw_picture(prompt, n, long_side=SMALL)) for n in range(4)]
    for one, other in combinations(pictures, 2):
        distance = ImageStat.Stat(ImageChops.difference(one, other)).mean
        assert sum(distance) / 3 > 12


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
    assert picture_size(prompt) == size


@pytest.mark.parametrize("aspect", ["1:1", "14:1", "1:14", "3:2"])
def test_the_picture_has_the_size_it_should_have(aspect: str) -> None:
    prompt = f"lighthouse --ar {aspect}"
    assert opened(draw_picture(prompt, 0)).size == picture_size(prompt)


def test_parameters_and_links_change_the_shape_but_not_the_motif() -> None:
    assert draw_picture("https://x.example/a.png fox --chaos 5", 0, long_side=SMALL) == (
        draw_picture("fox", 0, long_side=SMALL)
    )


@pytest.mark.parametrize("prompt", ["", " ", "🦊", "--ar 3:2", "狐", "a\x00b", "x" * 4000])
def test_any_prompt_can_be_drawn(prompt: str) -> None:
    assert opened(draw_picture(prompt, 0, long_side=SMALL)).width == SMALL


@pytest.mark.parametrize("scene_word", ["mountain", "sea", "forest", "dunes", "city"])
def test_a_full_picture_is_small_and_soon_drawn(scene_word: str) -> None:
    start = time.process_time()
    png = draw_picture(scene_word, 0)
    assert time.process_time() - start < 1.0  # a tenth of it on an idle machine
    assert len(png) < 1_500_000
    assert max(opened(png).size) == LONG_SIDE


@pytest.mark.parametrize(
    ("text", "scene"),
    [
        ("Mountain lake", Scene.PEAKS),
        ("a whale", Scene.SEA),
        ("red fox", Scene.FOREST),
        ("camels in the desert", Scene.DUNES),
        ("cyberpunk street", Scene.CITY),
    ],
)
def test_the_first_picture_shows_the_scene_that_the_prompt_names(text: str, scene: Scene) -> None:
    assert mood(text, 0).scene is scene


def test_the_prompts_mood_decides_the_colours() -> None:
    assert mood("a forest at night", 0).palette.is_night
    assert mood("a red fox in the snow", 0).palette == mood("snow", 0).palette
    red, green, blue = mood("red fox", 0).palette.sky[1]
    assert red > max(green, blue)
