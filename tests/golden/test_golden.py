"""What people see is what they saw; see `tests/golden/__init__.py`."""

import pytest

from tests.golden import files, scenes, slack
from tests.golden.cases import FAMILIES

LANGUAGES = ("en", "de")
COMMANDS = "commands.json"
FILES = {
    COMMANDS,
    *(f"{language}/{family}.json" for language in LANGUAGES for family in FAMILIES),
    *(f"slack/{language}/{family}.json" for language in LANGUAGES for family in slack.FAMILIES),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", FAMILIES)
async def test_people_see_what_they_saw(family: str, language: str) -> None:
    files.compare(f"{language}/{family}.json", await FAMILIES[family](language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", slack.FAMILIES)
def test_people_see_at_slack_what_they_saw(family: str, language: str) -> None:
    files.compare(f"slack/{language}/{family}.json", slack.FAMILIES[family](language))


async def test_commands_are_registered_as_they_were() -> None:
    files.compare(COMMANDS, await scenes.commands())


def test_there_are_no_other_files() -> None:
    left_over = files.on_disk() - FILES
    if files.UPDATE == "1":
        files.delete(left_over)
    else:
        assert left_over == set()
