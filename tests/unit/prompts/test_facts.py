"""What Midjourney has published about its parameters, row by row, written down independently.

`test_table` holds the parameter table against itself; this holds it against the world (October
2026). Facts that are only second-hand may warn and must never block.
"""

import pytest

from bot.models import Mode
from bot.prompts import Severity, parse

LINK = "https://example.com/a.png"
SEED = 4_294_967_295

# By parameter: prompts that must pass without a word, and prompts that must be refused.
PUBLISHED = {
    "aspect": (
        ["--ar 16:9", "--aspect 1:1", "--ar 14:1", "--ar 1:14", "--ar 4:1 --hd --v 8.2"],
        ["--ar 16:0", "--ar 0:1", "--ar 15:1", "--ar 1:15", "--ar 5:1 --hd --v 8.2", "--ar 16"],
    ),
    "chaos": (["--chaos 0", "--c 100", "--c 5 --v 1"], ["--c 101", "--c -1", "--c 1.5"]),
    "stylize": (
        ["--stylize 0", "--s 1000", "--s 5 --v 4", "--s 5 --niji 7"],
        ["--s 1001", "--s -1", "--s 5 --v 3"],
    ),
    "weird": (["--weird 0", "--w 3000", "--w 5 --v 5"], ["--w 3001", "--w 5 --v 4"]),
    "quality": (
        [
            *(f"--q {value} --v 4" for value in (".25", ".5", "1")),
            *(f"--q {value} --v 5.2" for value in (".25", "0.5", "1")),
            *(f"--q {value} --v 6.1" for value in (".5", "1", "2")),
            *(f"--quality {value} --v 7" for value in ("1", "2", "4")),
        ],
        [
            "--q 2 --v 5",
            "--q .25 --v 6",
            "--q 4 --v 6.1",
            "--q .5 --v 7",
            "--q 1 --v 8.1",
            f"--q 4 --v 7 --oref {LINK}",
        ],
    ),
    "seed": (["--seed 0", f"--seed {SEED}"], ["--seed -1", f"--seed {SEED + 1}", "--seed x"]),
    "tile": (
        ["--tile", "--tile --v 5", "--tile --v 8.2"],
        ["--tile --v 4", f"--tile --v 8.2 --edit {LINK}"],
    ),
    "no": (["--no text", "--no text, old hands --v 1"], ["--no"]),
    "raw": (["--raw", "--raw --v 5.1", "--raw --v 8.1"], ["--raw --v 5"]),
    "sref": (
        [
            f"--sref {LINK}",
            f"--sref {LINK} 123::2 random --v 6",
            "--sref random --niji 6",
            "--sref 1 --niji 7",
        ],
        ["--sref", "--sref 1 --v 5.2", "--sref 1 --niji 5"],
    ),
    "sw": (
        ["--sref 1 --sw 0", "--sref 1 --sw 1000 --v 6"],
        ["--sw 5", "--sref 1 --sw 1001", "--sref 1 --sw 5 --v 5"],
    ),
    "sv": (
        ["--sref 1 --sv 1 --v 6", "--sref 1 --sv 4 --v 6.1", "--sref 1 --sv 6 --v 7"],
        [
            "--sref 1 --sv 5 --v 6",
            "--sref 1 --sv 7 --v 7",
            "--sv 1 --v 7",
            "--sref 1 --sv 1 --v 8.1",
        ],
    ),
    "iw": ([], ["--iw 1 --v 7", "--iw 1 --v 2"]),
    "cref": (
        [f"--cref {LINK} --v 6", f"--cref {LINK} {LINK} --niji 6"],
        [f"--cref {LINK} --v 7", f"--cref {LINK} --v 8.2", f"--cref {LINK} --niji 7"],
    ),
    "cw": (
        [f"--cref {LINK} --cw 0 --v 6", f"--cref {LINK} --cw 100 --v 6.1"],
        ["--cw 5 --v 6", f"--cref {LINK} --cw 101 --v 6"],
    ),
    "oref": (
        [],
        [
            f"--oref {LINK} --v 6.1",
            f"--oref {LINK} --v 8.1",
            f"--oref {LINK} {LINK} --v 7",
            f"--oref {LINK} --draft --v 7",
        ],
    ),
    "ow": ([], [f"--oref {LINK} --ow 0 --v 7", f"--oref {LINK} --ow 1001 --v 7", "--ow 5 --v 7"]),
    "hd": (["--hd", "--hd --v 8.1"], ["--hd --v 7", "--hd --draft --v 8.1", "--hd --sd --v 8.1"]),
    "sd": (["--sd", "--sd --v 8.2"], ["--sd --v 7"]),
    "repeat": ([], ["--repeat 1", "--r 41", "--r x"]),
    "version": (
        [f"--v {number}" for number in (1, 2, 3, 4, 5, 5.1, 5.2, 6, 6.1, 7, 8.1, 8.2)],
        ["--v"],
    ),
    "niji": (
        ["--niji", *(f"--niji {number}" for number in (4, 5, 6, 7))],
        ["--niji 7 --v 7"],
    ),
    "modes": (["--fast", "--relax"], ["--turbo", "--fast --relax"]),
    "videos": ([], ["--video", "--motion high", "--loop", f"--end {LINK}", "--bs 2"]),
}
FINE = [prompt for fine, _ in PUBLISHED.values() for prompt in fine]
REFUSED = [prompt for _, refused in PUBLISHED.values() for prompt in refused]

# Each with a word of its warning.
WARNED = {
    "--stop 9 --v 6": "10 to 100",
    "--stop 50 --v 7": "--v 6.1",
    "--style cute --v 6": "--niji 5",
    "--exp 101 --v 7": "0 to 100",
    "--exp 5 --v 6.1": "does not work",
    "--draft --v 6.1": "does not work",
    "--draft --v 8.1": "24 images",
    f"--edit {LINK} --v 7": "does not work",
    f"--edit {' '.join([LINK] * 5)} --v 8.2": "4 of the 5",
    f"--oref {LINK} --v 7": "doubles the cost",
    "--iw 1": "image link",
    "--p": "belongs to one Midjourney account",
    "--profile ab12cd --v 6": "belongs to one Midjourney account",
    "--v 8": "8.1",
    "--v 9": "newest version I know is 8.2",
    "--niji 8": "newest version I know is 7",
    "--test": "gone", "--testp": "gone", "--creative": "gone", "--sameseed 5": "--seed",
    "--uplight": "gone", "--upanime": "gone", "--upbeta": "gone", "--hq": "--hd",
    "--vibe": "gone", "--newclip": "gone", "--nostretch": "gone", "--old": "gone",
    "--width 5": "--ar", "--height 5": "--ar", "--preview": "gone",
}  # fmt: skip


@pytest.mark.parametrize("parameters", FINE)
def test_what_is_published_passes_without_a_word(parameters: str) -> None:
    prompt = parse(f"a cat {parameters}")
    assert [str(each.text) for each in prompt.diagnostics] == []


@pytest.mark.parametrize("parameters", REFUSED)
def test_what_is_published_as_wrong_is_refused(parameters: str) -> None:
    assert parse(f"a cat {parameters}").refusals


@pytest.mark.parametrize("parameters", WARNED)
def test_what_is_uncertain_or_gone_warns_and_never_blocks(parameters: str) -> None:
    prompt = parse(f"a cat {parameters}")
    assert prompt.refusals == ()
    said = [str(each.text) for each in prompt.diagnostics]
    assert any(WARNED[parameters] in each for each in said), said
    assert all(each.severity is not Severity.REFUSE for each in prompt.diagnostics)


@pytest.mark.parametrize(
    ("weight", "version", "expected"),
    [
        ("0", "7", None),
        ("3", "6", None),
        ("3", "8.1", None),
        ("3.1", "7", Severity.REFUSE),
        ("3.1", "8.2", Severity.ASK),  # only second-hand
    ],
)
def test_the_weight_of_an_image(weight: str, version: str, expected: Severity | None) -> None:
    prompt = parse(f"{LINK} a cat --iw {weight} --v {version}")
    assert [each.severity for each in prompt.diagnostics] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("version", "instead"), [("7", "--oref"), ("8.1", "--edit"), ("8.2", "--edit")]
)
def test_a_character_reference_names_what_replaced_it(version: str, instead: str) -> None:
    (error,) = parse(f"a cat --cref {LINK} --v {version}").refusals
    assert instead in str(error.text)


def test_style_raw_is_the_older_form_of_raw() -> None:
    for model in ("--v 5.1", "--v 6.1", "--v 7", "--niji 6"):
        prompt = parse(f"a cat --style raw {model}")
        assert prompt.normalised == f"a cat --style raw {model}"
        assert prompt.diagnostics == ()
    for model in ("--v 8.1", "--v 8.2"):
        assert parse(f"a cat --style raw {model}").normalised == f"a cat --raw {model}"


def test_the_account_and_the_mode_leave_the_prompt() -> None:
    prompt = parse("a cat --relax --stealth --public")
    assert (prompt.normalised, prompt.mode) == ("a cat", Mode.RELAXED)
    assert len(prompt.remarks) == 2
