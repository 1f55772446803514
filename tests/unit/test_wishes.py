"""From a wish to plain prompts."""

import pytest

from bot.wishes import Wish, read_wish


@pytest.mark.parametrize("bad", ["\0", "\ud83d"])
def test_what_no_database_can_keep_is_left_out(bad: str) -> None:
    order = read_wish(Wish(prompt=f"a red{bad}fox --ar 3:2{bad}"), limit=1)
    assert order.prompts == ("a red fox --ar 3:2",)
