"""What the stand-in tells its artist."""

import aiohttp

from bot.demo.midjourney import MidjourneyStandIn
from tests.integration.standins.midjourney.fixtures import KEY, ended, start


async def drawn(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn, prompt: str
) -> tuple[list[str], list[bytes]]:
    """Let a prompt be drawn, and give the links of its pictures and the pictures."""
    item = await ended(http, standin, await start(http, standin, prompt=prompt))
    pictures = []
    for url in item["images"]:
        async with http.get(url) as response:
            pictures.append(await response.read())
    return item["images"], pictures


async def test_each_job_draws_anew_and_a_seed_repeats_it(http: aiohttp.ClientSession) -> None:
    async with MidjourneyStandIn(api_key=KEY, seconds=0.01) as standin:
        one, other, seeded, again = [
            (await drawn(http, standin, prompt))[1]
            for prompt in ("a fox --ar 14:1", "a fox --ar 14:1", *["a fox --ar 14:1 --seed 3"] * 2)
        ]
    assert not set(one) & set(other)
    assert seeded == again


async def test_a_link_to_a_picture_of_ours_is_varied(http: aiohttp.ClientSession) -> None:
    async with MidjourneyStandIn(api_key=KEY, seconds=0.01) as standin:
        links, first = await drawn(http, standin, "a fox --ar 14:1")
        second_links, second = await drawn(http, standin, f"{links[1]} a fox --ar 14:1")
        third = await drawn(http, standin, f"{second_links[2]} {links[1]} a fox --ar 14:1")
        aside = await drawn(http, standin, f"{links[1]} a cat --ar 14:1")
    originals = [job.varied for job in standin.jobs.values()]
    assert originals[0] is None
    assert originals[1] is not None
    assert (originals[1].index, originals[1].original) == (1, None)
    assert originals[2] is not None
    assert originals[2].original == originals[1]
    assert originals[3] is None  # other words: a picture of its own
    assert len({*first, *second, *third[1], *aside[1]}) == 16
