"""What Midjourney has published about its parameters, row by row, written down independently.

`test_table` holds the parameter table against itself; this holds it against the world (October
2026). Only what is right in no version may be refused; what one version does not know is asked.
"""

import pytest

from bot.domain.jobs import Mode
from bot.prompts import Severity, parse

LINK = "https://example.com/a.png"
SEED = 4_294_967_295

# By parameter: prompts that must pass without a word, those that no version takes, and those that
# only another version takes or that lack something.
PUBLISHED = {
    "aspect": (
        ["--ar 16:9", "--aspect 1:1", "--ar 14:1", "--ar 1:14", "--ar 4:1 --hd --v 8.2"],
        ["--ar 16:0", "--ar 0:1", "--ar 15:1", "--ar 1:15", "--ar 5:1 --hd --v 8.2", "--ar 16"],
        [],
    ),
    "chaos": (
        ["--chaos 0", "--c 100", "--c 5 --v 1"],
        ["--c 101", "--c -1", "--c 1.5", "--c 101 --v 1"],
        [],
    ),
    "stylize": (
        ["--stylize 0", "--s 1000", "--s 5 --v 4", "--s 5 --niji 7"],
        ["--s 1001", "--s -1", "--s 1001 --v 3"],
        ["--s 5 --v 3"],
    ),
    "weird": (["--weird 0", "--w 3000", "--w 5 --v 5"], ["--w 3001"], ["--w 5 --v 4"]),
    "quality": (
        [
            *(f"--q {value} --v 4" for value in (".25", ".5", "1")),
            *(f"--q {value} --v 5.2" for value in (".25", "0.5", "1")),
            *(f"--q {value} --v 6.1" for value in (".5", "1", "2")),
            *(f"--quality {value} --v 7" for value in ("1", "2", "4")),
        ],
        ["--q 3", "--q 3 --v 7", f"--q 4 --v 7 --oref {LINK}"],
        [
            "--q 2 --v 5",
            "--q .25 --v 6",
            "--q 4 --v 6.1",
            "--q .5 --v 7",
            "--q 1 --v 8.1",
            "--q 1",
        ],
    ),
    "seed": (["--seed 0", f"--seed {SEED}"], ["--seed -1", f"--seed {SEED + 1}", "--seed x"], []),
    "stop": (
        ["--stop 10 --v 6", "--stop 100 --v 1"],
        ["--stop 9 --v 6", "--stop 101"],
        ["--stop 50 --v 7", "--stop 50"],
    ),
    "tile": (
        ["--tile", "--tile --v 5", "--tile --v 8.2"],
        [f"--tile --v 8.2 --edit {LINK}"],
        ["--tile --v 4"],
    ),
    "no": (["--no text", "--no text, old hands --v 1"], ["--no"], []),
    "raw": (["--raw", "--raw --v 5.1", "--raw --v 8.1"], [], ["--raw --v 5"]),
    "style": (
        [
            "--style raw --v 6",
            "--style 4a --v 4",
            "--style 4c --v 4",
            "--style cute --niji 5",
            "--style random --v 5.2",
        ],
        ["--style"],
        ["--style cute --v 6", "--style 4a --v 5", "--style cute", "--style foo"],
    ),
    "sref": (
        [
            f"--sref {LINK}",
            f"--sref {LINK} 123::2 random --v 6",
            "--sref random --niji 6",
            "--sref 1 --niji 7",
        ],
        ["--sref"],
        ["--sref 1 --v 5.2", "--sref 1 --niji 5", "--sref cats"],
    ),
    "sw": (
        ["--sref 1 --sw 0", "--sref 1 --sw 1000 --v 6"],
        ["--sref 1 --sw 1001"],
        ["--sw 5", "--sref 1 --sw 5 --v 5"],
    ),
    "sv": (
        [
            "--sref 1 --sv 1 --v 6",
            "--sref 1 --sv 4 --v 6.1",
            "--sref 1 --sv 6 --v 7",
            "--sref 1 --sv 6 --v 8.1",
            "--sref 1 --sv 7",
        ],
        ["--sref 1 --sv 8", "--sref 1 --sv 0 --v 6"],
        [
            "--sref 1 --sv 5 --v 6",
            "--sref 1 --sv 7 --v 7",
            "--sv 1 --v 7",
            "--sref 1 --sv 1 --v 8.1",
            "--sref 1 --sv 4",
        ],
    ),
    "iw": ([], ["--iw 3.1 --v 7", "--iw x"], ["--iw 1 --v 7", "--iw 1 --v 2", "--iw 1"]),
    "cref": (
        [f"--cref {LINK} --v 6", f"--cref {LINK} {LINK} --niji 6"],
        ["--cref", "--cref --v 7"],
        [f"--cref {LINK} --v 7", f"--cref {LINK}", f"--cref {LINK} --niji 7", "--cref cat --v 6"],
    ),
    "cw": (
        [f"--cref {LINK} --cw 0 --v 6", f"--cref {LINK} --cw 100 --v 6.1"],
        [f"--cref {LINK} --cw 101 --v 6"],
        ["--cw 5 --v 6"],
    ),
    "oref": (
        [],
        ["--oref", f"--oref {LINK} {LINK} --v 7", f"--oref {LINK} --draft --v 7"],
        [f"--oref {LINK} --v 6.1", f"--oref {LINK} --v 8.2", f"--oref {LINK} --niji 7"],
    ),
    "ow": (
        [],
        [f"--oref {LINK} --ow 0 --v 7", f"--oref {LINK} --ow 1001 --v 7"],
        ["--ow 5 --v 7", f"--oref {LINK} --ow 5 --v 8.1"],
    ),
    "profile": ([], [], ["--p ab12cd --v 5.2", "--p bad!code", "--p a cat"]),
    "exp": (["--exp 0", "--exp 100 --v 7"], ["--exp 101 --v 7"], ["--exp 5 --v 6.1"]),
    "hd": (
        ["--hd", "--hd --v 8.1"],
        ["--hd --draft --v 8.1", "--hd --sd --v 8.1"],
        ["--hd --v 7", "--hd --niji 7"],
    ),
    "sd": (["--sd", "--sd --v 8.2"], [], ["--sd --v 7"]),
    "draft": (["--draft --v 7"], [], ["--draft --v 6.1"]),
    "edit": (
        [f"--edit {LINK}", f"--edit {' '.join([LINK] * 4)} --v 8.1"],
        [f"--edit {' '.join([LINK] * 5)} --v 8.2", "--edit"],
        [f"--edit {LINK} --v 7"],
    ),
    "repeat": ([], ["--repeat 1", "--r 41", "--r x"], []),
    "version": (
        [f"--v {number}" for number in (1, 2, 3, 4, 5, 5.1, 5.2, 6, 6.1, 7, 8.1, 8.2)],
        ["--v", "--v 7x"],
        ["--v 8", "--v 8.0", "--v 0", "--v 6.5"],
    ),
    "niji": (
        ["--niji", *(f"--niji {number}" for number in (4, 5, 6, 7))],
        ["--niji 7 --v 7"],
        ["--niji 3", "--niji 6.1"],
    ),
    "modes": (["--fast", "--relax", "--mode fast"], ["--turbo", "--fast --relax", "--mode x"], []),
    "videos": ([], ["--video", "--motion high", "--loop", f"--end {LINK}", "--bs 2"], []),
    "gone": (
        [],
        [],
        [
            *("--test", "--testp", "--creative", "--sameseed 5", "--uplight", "--upanime"),
            *("--upbeta", "--hq", "--vibe", "--newclip", "--nostretch", "--old", "--width 5"),
            *("--height 5", "--preview"),
        ],
    ),
}
FINE = [prompt for fine, _, _ in PUBLISHED.values() for prompt in fine]
REFUSED = [prompt for _, refused, _ in PUBLISHED.values() for prompt in refused]
ASKED = [prompt for _, _, asked in PUBLISHED.values() for prompt in asked]


@pytest.mark.parametrize("parameters", FINE)
def test_what_is_published_passes_without_a_word(parameters: str) -> None:
    prompt = parse(f"a cat {parameters}")
    assert [str(each.text) for each in prompt.diagnostics] == []


@pytest.mark.parametrize("parameters", REFUSED)
def test_what_is_published_as_wrong_is_refused(parameters: str) -> None:
    assert parse(f"a cat {parameters}").refusals


@pytest.mark.parametrize("parameters", ASKED)
def test_what_another_version_takes_is_asked_about_and_never_refused(parameters: str) -> None:
    prompt = parse(f"a cat {parameters}")
    assert prompt.refusals == ()
    assert prompt.questions


@pytest.mark.parametrize(
    ("weight", "version", "expected"),
    [
        ("0", "7", None),
        ("3", "6", None),
        ("3", "8.1", None),
        ("3.1", "7", Severity.REFUSE),
        ("1", "2", Severity.ASK),
    ],
)
def test_the_weight_of_an_image(weight: str, version: str, expected: Severity | None) -> None:
    prompt = parse(f"{LINK} a cat --iw {weight} --v {version}")
    assert [each.severity for each in prompt.diagnostics] == ([expected] if expected else [])


def test_style_raw_is_the_older_form_of_raw() -> None:
    for model in ("--v 5.1", "--v 6.1", "--v 7", "--niji 6"):
        prompt = parse(f"a cat --style raw {model}")
        assert prompt.normalised == f"a cat --style raw {model}"
        assert prompt.diagnostics == ()
    for model in ("--v 8.1", "--v 8.2"):
        assert parse(f"a cat --style raw {model}").normalised == f"a cat --raw {model}"


def test_what_is_ours_leaves_the_prompt() -> None:
    prompt = parse("a cat --relax --stealth --public")
    assert (prompt.normalised, prompt.mode, prompt.is_private) == ("a cat", Mode.RELAXED, True)
    assert len(prompt.remarks) == 2
