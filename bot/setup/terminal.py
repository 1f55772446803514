"""How setup speaks and asks: on standard error, so that `--print` can be sent to a file."""

import sys
from collections.abc import Callable, Iterable, Sequence

import click

from bot.command_line import as_typed_here
from bot.config import problem_with
from bot.config.values import clean, shown, without_scheme
from bot.doctor.findings import Finding, Verdict, fail
from bot.doctor.report import as_line
from bot.setup.draft import Draft

REMOVE = "-"
_NO_CHARACTER = "it holds something that is no character, as the arrow keys give"
Judge = Callable[[str], Sequence[Finding]]


def has_terminal() -> bool:
    """Whether somebody can answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def say(text: str = "") -> None:
    """Print a line."""
    click.echo(as_typed_here(text), err=True)


def head(title: str) -> None:
    """Begin with the next thing."""
    say()
    click.secho(title, bold=True, err=True)


def show(findings: Iterable[Finding]) -> bool:
    """Print what a check found, and return whether all of it works."""
    found = list(findings)
    for finding in found:
        say(f"  {as_line(finding)}")
    return all(finding.verdict is not Verdict.FAIL for finding in found)


def confirm(question: str, *, default: bool = True) -> bool:
    """Ask for yes or no."""
    return click.confirm(question, default=default, err=True)


def choose(question: str, choices: Sequence[str], usual: str) -> str:
    """Ask for one of these."""
    answer: str = click.prompt(question, type=click.Choice(choices), default=usual, err=True)
    return answer


def ask(draft: Draft, name: str, question: str, judge: Judge) -> None:
    """Ask until the answer works or is left out; a dash removes what is there."""
    while True:
        present = draft.get(name)
        hint = f" ({REMOVE} removes it)" if draft.has(name) else ""
        brackets = f" [{shown(present)[1:-1]}]" if present else ""
        answer = click.prompt(
            question + hint + brackets, default=present, show_default=False, err=True
        ).strip()
        if answer == REMOVE:
            draft.remove(name)
            return
        if _take(draft, name, answer, judge):
            return


def ask_secret(draft: Draft, name: str, question: str, judge: Judge) -> None:
    """Ask the same for what nobody may see; Enter keeps what is there."""
    while True:
        hint = f"Enter keeps the present one, {REMOVE} removes it"
        if not draft.has(name):
            hint = "hidden; Enter skips it"
        answer = click.prompt(
            f"{question} ({hint})", default="", show_default=False, hide_input=True, err=True
        ).strip()
        if answer == REMOVE:
            draft.remove(name)
            return
        if _take(draft, name, answer or draft.get(name), judge):
            return


def _take(draft: Draft, name: str, answer: str, judge: Judge) -> bool:
    """Check an answer and keep it if it works, or if it is to be kept all the same."""
    answer = _tidy(name, answer)
    if not answer:
        say("  skipped; run setup again to add it")
        return True
    problem = problem_with(name, answer) if answer.isprintable() else _NO_CHARACTER
    if problem is not None:  # the bot would not start with it
        show([fail(problem, "copy it once more")])
        return False
    is_well = show(judge(answer))
    if is_well or confirm("Keep it anyway?", default=False):
        draft.put(name, answer)
        return True
    return False


def _tidy(name: str, answer: str) -> str:
    """Return an answer without what is copied along with it: NAME=, quotes, "Bot "."""
    return without_scheme(clean(clean(answer).removeprefix(f"{name}=")))
