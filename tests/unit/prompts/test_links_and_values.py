"""Links and values as people paste and type them."""

# ruff: noqa: RUF001 - signs that look alike are what these tests are about

import pytest

from bot.prompts import Severity, parse, repaired
from tests.unit.prompts.sentences import LINK, texts

OTHER = "https://example.com/b.png"

# ── Links ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "images"),
    [
        (f"{LINK},{OTHER} a cat", (LINK, OTHER)),
        (f"{LINK}, {OTHER}; a cat", (LINK, OTHER)),
        (f"{LINK}|{OTHER} a cat", (LINK, OTHER)),
        (f"[image]({LINK}) a cat", (LINK,)),
        (f"![my image](<{LINK}>) a cat", (LINK,)),
        (f'[a]({LINK} "title"),[b]({OTHER}) a cat', (LINK, OTHER)),
        (f"<{LINK}> a cat", (LINK,)),
        (f"<{LINK}>,<{OTHER}> a cat", (LINK, OTHER)),
        (f"({LINK}) a cat", (LINK,)),
        (f"'{LINK}' `{OTHER}` a cat", (LINK, OTHER)),
        (f"--image {LINK} a cat", (LINK,)),
        (f"a cat --image {LINK} --image2 {OTHER}", (LINK, OTHER)),
        (f"{LINK}，a cat", (LINK,)),
        (f"{LINK}、{OTHER}。 a cat", (LINK, OTHER)),
        (f"（{LINK}）a cat", (LINK,)),
        ("example.com/a.png a cat", (LINK,)),
        ("www.example.com/a.webp?b=c a cat", ("https://www.example.com/a.webp?b=c",)),
        (f"{LINK}--image {OTHER} a cat", (OTHER, LINK)),
    ],
)
def test_links_are_taken_out_of_what_is_around_them(text: str, images: tuple[str, ...]) -> None:
    prompt = parse(text)
    assert (prompt.images, prompt.words) == (images, "a cat")
    assert prompt.questions == prompt.refusals == ()
    assert prompt.remarks


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        (f"a cat (see {LINK}) here", f"{LINK} a cat (see ) here"),
        (f"image:{LINK} a cat", f"{LINK} image: a cat"),
        (f"猫{LINK}", f"{LINK} 猫"),
    ],
)
def test_links_that_stick_to_words_are_found_too(text: str, fixed: str) -> None:
    prompt = parse(text)
    assert "An image link works only at the start" in texts(prompt, Severity.ASK)[0]
    assert repaired(prompt) == fixed


@pytest.mark.parametrize(
    "text",
    [
        f"https://proxy.example/{LINK} a cat",
        "https://example.com/a_(b).png a cat",
        "https://example.com/a--ar.png?b=--v a cat",
        "https://example.com/a.png--thumb a cat",
        "his and/or her cat v1.5/a.b",
    ],
)
def test_the_characters_of_a_link_are_kept(text: str) -> None:
    prompt = parse(text)
    assert (prompt.normalised, prompt.diagnostics) == (text, ())


def test_a_quotation_that_begins_with_a_link_goes_on_without_it() -> None:
    prompt = parse(f'"{LINK} a cat" --ar 2:3')
    assert prompt.normalised == f'{LINK} "a cat" --ar 2:3'


def test_links_of_a_reference_are_freed_too() -> None:
    prompt = parse(f"a cat --sref <{LINK}>,{OTHER}")
    assert prompt.parameters == {"sref": (LINK, OTHER)}


@pytest.mark.parametrize(
    "link",
    [
        "https://discord.com/channels/1/2/3",
        "https://team.slack.com/archives/C1/p12",
        "https://team.slack.com/files/U1/F1/fox.png",
        "https://www.midjourney.com/jobs/ab-cd?index=0",
        "https://example.com/fox.mp4",
        "https://example.com/fox.heic?size=5",
    ],
)
@pytest.mark.parametrize("prompt", ["{} a cat", "a cat {}", "a cat --sref {}", "{}::2 a cat --v 6"])
def test_a_link_that_leads_to_no_picture_is_asked_about(prompt: str, link: str) -> None:
    read = parse(prompt.format(link))
    assert "leads to no picture" in texts(read, Severity.ASK)[-1]
    assert repaired(read) is None


@pytest.mark.parametrize(
    "word",
    [
        "file:///home/me/fox.png",
        "C:\\me\\fox.png",
        "ftp://a.b/fox.png",
        "https:/a.b/fox.png",
        "htps://a.b/fox.png",
        "ttps://a.b/fox.png",
        "https//a.b/fox.png",
        "data:image/png;base64,iVBO",
    ],
)
def test_what_should_have_been_a_link_is_asked_about(word: str) -> None:
    assert "leads to no picture" in texts(parse(f"{word} a cat"), Severity.ASK)[0]


@pytest.mark.parametrize(
    "text",
    [
        "https://cdn.midjourney.com/ab/0_0.png a cat",
        "https://files.slack.com/files-pri/T1-F1/fox.png a cat",
        "HTTPS://example.com/fox a cat",
        "a snapshot IMG_0042.heic, a C: drive",
    ],
)
def test_other_links_and_names_of_files_raise_no_question(text: str) -> None:
    assert not parse(text).questions


def test_a_word_behind_a_link_and_a_comma_is_a_word() -> None:
    prompt = parse(f"{LINK},{OTHER};a cat")
    assert prompt.normalised == f"{LINK} {OTHER} a cat"
    assert "I replaced `;` behind the link with a space." in texts(prompt, Severity.REMARK)


# ── Values ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "code",
    [
        "ypfdhwm",
        "ab12cde",
        "bb77bb9a-4c1f-4a6e-9d0e-2f5f0c6f1a11",
        "m7279350121190195234",
        "ab12cde bb77bb9a-4c1f-4a6e-9d0e-2f5f0c6f1a11",
        "0",
    ],
)
def test_profile_codes_are_any_letters_and_digits(code: str) -> None:
    prompt = parse(f"a cat --p {code} --raw")
    assert prompt.parameters["profile"] == tuple(code.split())
    assert prompt.words == "a cat"
    assert prompt.questions == prompt.refusals == ()


def test_codes_leave_the_prose_behind_them_alone() -> None:
    prompt = parse("--p ab12cde a cat in a hat")
    assert prompt.normalised == "a cat in a hat --p ab12cde"
    assert prompt.questions == ()


@pytest.mark.parametrize("name", ["p", "profile", "personalize"])
def test_a_bare_profile_is_the_usual_one(name: str) -> None:
    assert parse(f"a cat --{name}").parameters == {"profile": ()}


@pytest.mark.parametrize("text", ["12345,67890", "12345, 67890", "12345,67890,"])
def test_commas_between_codes_are_read_as_blanks(text: str) -> None:
    prompt = parse(f"a cat --sref {text}")
    assert prompt.normalised == "a cat --sref 12345 67890"
    assert "only spaces between the values" in texts(prompt, Severity.REMARK)[0]
    assert prompt.questions == ()


@pytest.mark.parametrize("text", ["--ar 16 : 9", "--ar 16 x 9", "--ar: 16:9", "--ar (16:9)"])
def test_blanks_and_brackets_in_a_ratio(text: str) -> None:
    prompt = parse(f"a cat {text}")
    assert prompt.normalised == "a cat --ar 16:9"
    assert prompt.refusals == prompt.questions == ()


@pytest.mark.parametrize("text", ["--ar 2:3 poppies", "--tile 3 cats", "--s 50 8k photo"])
def test_prose_behind_a_value_is_moved_and_not_asked_about(text: str) -> None:
    prompt = parse(text)
    assert "I moved the parameters after the words." in texts(prompt, Severity.REMARK)
    assert prompt.questions == prompt.refusals == ()


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("猫 --ar １６：９", "猫 --ar 16:9"),
        ("狐 --ar ۱۶:۹ --s ٢٥٠", "狐 --ar 16:9 --s 250"),
        ("猫 --s１００ --v　７", "猫 --s 100 --v 7"),
        ("猫 --sref １２３，４５６", "猫 --sref 123 456"),
        ("猫１２匹 --ａｒ １：２", "猫１２匹 --ar 1:2"),
        ("a cat --v v7", "a cat --v 7"),
        ("a cat --v niji 6", "a cat --niji 6"),
        ("a cat --version niji", "a cat --niji"),
        ("a cat --p :ab12cde:", "a cat --p ab12cde"),
        ("a cat --ar 2:3 | --raw", "a cat --ar 2:3 --raw"),
        ("a cat --ar 2:3 / --raw , --tile -", "a cat --ar 2:3 --raw --tile"),
        ("a cat --no text, , ,", "a cat --no text"),
        ("a cat --fast mode", "a cat"),
        ("a cat --neg text", "a cat --no text"),
        ("a cat --sref 123 , 456", "a cat --sref 123 456"),
        ("a cat --sref 123 | 456", "a cat --sref 123 456"),
        ("a cat --no none --no text", "a cat --no text"),
        ("a cat --no text --no none", "a cat --no text"),
        ("a modern loft—upscale, bright", "a modern loft—upscale, bright"),
        ("https://a.b/c.png,a cat", "https://a.b/c.png a cat"),
        ("https://a.b/c.png,w_200/d.png a cat", "https://a.b/c.png,w_200/d.png a cat"),
        ("https://a.b/c.jpg;jsessionid=AB a cat", "https://a.b/c.jpg;jsessionid=AB a cat"),
        ("a cat --sref #123 #456", "a cat --sref 123 456"),
        ("a cat --p ab12cde , cd34efg", "a cat --p ab12cde cd34efg"),
        ("a cat --seed #123", "a cat --seed 123"),
        ("a cat --ar 16-9", "a cat --ar 16:9"),
        ("a cat --ar 16 by 9", "a cat --ar 16:9"),
        ("a cat --ar 16*9", "a cat --ar 16:9"),
        ("a cat --aspect ratio 16:9", "a cat --ar 16:9"),
        ("a cat --v niji-6", "a cat --niji 6"),
    ],
)
def test_values_are_read_as_they_are_typed(text: str, normalised: str) -> None:
    prompt = parse(text)
    assert prompt.normalised == normalised
    assert prompt.questions == prompt.refusals == ()


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("--ar 16:9 v 7 s 250", "--ar 16:9 --v 7 --s 250"),
        ("--ar 16:9, V7, s=250 --tile", "--ar 16:9 --v 7 --s 250 --tile"),
        ("--v 6 style raw", "--v 6 --style raw"),
        ("--v 6 raw", "--v 6 --raw"),
        ("--tile niji 6", "--tile --niji 6"),
    ],
)
def test_dashes_may_be_forgotten_behind_a_parameter(text: str, normalised: str) -> None:
    prompt = parse(f"a cat {text}")
    assert prompt.normalised == f"a cat {normalised}"
    assert prompt.remarks
    assert not prompt.questions


@pytest.mark.parametrize("words", ["r2 d2", "v 7 engine", "in 1920", "16:9", "raw fish"])
def test_other_words_behind_a_parameter_are_words(words: str) -> None:
    assert parse(f"a cat --ar 2:3 {words}").words.startswith("a cat")
    assert set(parse(f"a cat --tile {words}").parameters) == {"tile"}


@pytest.mark.parametrize("text", ["--4k", "--8k render"])
def test_a_parameter_nobody_knows_may_begin_with_a_digit(text: str) -> None:
    prompt = parse(f"a cat {text}")
    assert prompt.words == "a cat"
    assert "so I passed it on unchanged" in texts(prompt, Severity.REMARK)[0]


def test_what_is_said_of_a_switch_is_said_once() -> None:
    assert len(texts(parse("a cat --private=true"), Severity.REMARK)) == 2  # and what it means


# ── Links and codes that stick together ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "links",
    [
        f"[a [b] (c)]({LINK}) {OTHER}",
        f"<{LINK}|a name> {OTHER}",
        f"<{LINK}|{LINK}>, {OTHER}",
        f"{LINK} | {OTHER}",
        f"{LINK} , {OTHER}",
        f"{LINK}, and {OTHER}",
        f"{LINK}: {OTHER}:",
        f"{LINK}{OTHER}",
    ],
)
def test_links_are_parted_however_they_are_joined(links: str) -> None:
    prompt = parse(f"{links} a cat")
    assert prompt.normalised == f"{LINK} {OTHER} a cat"
    assert prompt.remarks
    assert not prompt.questions


@pytest.mark.parametrize("link", [f"{LINK}::", f"{LINK}/{OTHER}", f"https://a.example/?u={OTHER}"])
def test_what_belongs_to_a_link_stays_there(link: str) -> None:
    assert parse(f"{link} a cat --v 6").normalised == f"{link} a cat --v 6"


@pytest.mark.parametrize("code", ['"123"', "(123)", "`123`", "**123**"])
def test_codes_are_freed_from_quotes(code: str) -> None:
    assert parse(f"a cat --sref {code}").normalised == "a cat --sref 123"


@pytest.mark.parametrize("rest", ["and 456", "& 456 in red", f"+ {LINK}"])
def test_a_second_code_never_becomes_a_word_unsaid(rest: str) -> None:
    assert parse(f"a cat --sref 123 {rest}").questions


def test_words_behind_a_code_are_words() -> None:
    prompt = parse("a cat --sref 123 and a dog")
    assert prompt.words == "a cat and a dog"
    assert not prompt.questions


def test_a_link_behind_the_things_to_leave_out_is_asked_about() -> None:
    prompt = parse(f"a cat --no text {LINK} --ar 2:3")
    assert prompt.questions
    assert repaired(prompt) == f"{LINK} a cat --no text --ar 2:3"


def test_a_link_among_the_things_to_leave_out_is_asked_about() -> None:
    prompt = parse(f"a cat --no hands --no text {LINK} hands")
    assert prompt.questions
    assert repaired(prompt) is None


@pytest.mark.parametrize("name", ["niji", "p", "v", "sref", "cref", "style", "q", "no", "raw"])
@pytest.mark.parametrize("word", ["none", "no", "Off,", "false"])
def test_a_lone_no_is_no_value_and_no_word(name: str, word: str) -> None:
    prompt = parse(f"a cat --{name} {word} --ar 2:3")
    assert prompt.questions
    assert not prompt.refusals
    assert repaired(prompt) == "a cat --ar 2:3"


def test_a_lone_no_before_a_link_is_no_word_either() -> None:
    prompt = parse(f"a cat --no none {LINK}")
    assert len(prompt.questions) == 2
    assert repaired(prompt) == f"{LINK} a cat"


@pytest.mark.parametrize("end", [".", "!", ",.", ">"])
def test_what_stands_behind_a_link_glued_to_its_name_is_no_part_of_it(end: str) -> None:
    assert parse(f"a cat --sref={LINK}{end}").normalised == f"a cat --sref {LINK}"


@pytest.mark.parametrize("name", ["niji", "p", "raw"])
def test_a_lone_yes_is_left_out(name: str) -> None:
    prompt = parse(f"a cat --{name} on")
    assert prompt.questions
    assert repaired(prompt) == f"a cat --{name}"


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        (f"a cat --sref{LINK}", f"a cat --sref {LINK}"),
        (f"a cat --SREF{LINK} --raw", f"a cat --sref {LINK} --raw"),
    ],
)
def test_a_link_may_stick_to_the_name_that_takes_it(text: str, normalised: str) -> None:
    prompt = parse(text)
    assert prompt.normalised == normalised
    assert not prompt.questions


def test_a_link_may_stick_to_a_slip_too() -> None:
    assert repaired(parse(f"a cat --sreff{LINK}")) == f"a cat --sref {LINK}"
