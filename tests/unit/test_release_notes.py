"""A release's notes are its section of the changelog."""

from tools.release_notes import CHANGELOG, section

TEXT = """# Changelog

## [Unreleased]

### Added

- c

## [1.2.0] - 2026-11-28

### Added

- b

## [1.0.0]

- a

[1.2.0]: https://example.com
"""


def test_section_ends_at_the_next_version() -> None:
    assert section(TEXT, "1.2.0") == "### Added\n\n- b"


def test_last_section_ends_before_the_links() -> None:
    assert section(TEXT, "1.0.0") == "- a"


def test_version_is_taken_literally() -> None:
    assert section(TEXT, "1.2.1") == section(TEXT, "1.2") == section(TEXT, "1?2.0") == ""


def test_our_own_changelog_can_be_read() -> None:
    assert section(CHANGELOG.read_text(), "Unreleased").startswith("### Added")
