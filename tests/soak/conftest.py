"""What the soak counted is shown at the end of the run, also when it passed."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the table that the soak printed."""
    for report in terminalreporter.getreports("passed"):
        if report.nodeid.startswith("tests/soak/") and report.capstdout:
            terminalreporter.section("soak")
            terminalreporter.write_line(report.capstdout)
