"""Parameters that hold where a prompt says nothing else.

What does not fit the version, or what was typed, is left out silently: nobody is asked
about a default they set long ago.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.prompts.argument_rules import argument_problems
from bot.prompts.arguments import Argument, Source, model_of, tidy
from bot.prompts.conflict_rules import conflict_problems
from bot.prompts.diagnostics import Severity
from bot.prompts.parts import Parts
from bot.prompts.scanner import scan

# Of these only one may be given; a prompt that names one has chosen.
_RIVALS = (frozenset({"version", "niji"}), frozenset({"hd", "sd"}))
_MODELS = frozenset({"version", "niji"})


def read_defaults(texts: Iterable[str]) -> tuple[Argument, ...]:
    """Read parameters, the strongest first; words and what leaves a prompt are passed over."""
    arguments = (tidy(found, text, []) for text in texts for found in scan(text).found)
    return tuple(replace(each, source=Source.DEFAULT) for each in arguments if not each.leaves)


def fitting(parts: Parts, defaults: Sequence[Argument]) -> Parts:
    """Add those of the defaults that fit what is there."""
    chosen = _not_given(parts, defaults)
    if not chosen:
        return parts
    typed = [each for each in parts.arguments if each.source is not Source.OPTION]
    options = [each for each in parts.arguments if each.source is Source.OPTION]
    models = [each for each in chosen if each.name in _MODELS]
    if models and _suits(parts, models):
        chosen = [each for each in chosen if each not in models]
    while True:
        arguments = [*typed, *chosen, *options]
        whole = replace(parts, arguments=arguments, model=model_of(arguments))
        wrong = _first_wrong(whole, chosen)
        if wrong is None:
            return whole
        chosen = [each for each in chosen if each is not wrong]


def _not_given(parts: Parts, defaults: Sequence[Argument]) -> list[Argument]:
    given = {each.name for each in parts.arguments}
    chosen: list[Argument] = []
    for argument in defaults:
        rivals = next((each for each in _RIVALS if argument.name in each), {argument.name})
        if not given & rivals:
            chosen.append(argument)
            given.add(argument.name)
    return chosen


def _suits(parts: Parts, models: Sequence[Argument]) -> bool:
    """Whether what was typed works with the newest version, but not with the model set once."""
    with_model = replace(parts, model=model_of(models))
    return not _asks(parts) and _asks(with_model)


def _asks(parts: Parts) -> bool:
    return any(
        note.severity is Severity.ASK
        for argument in parts.arguments
        for note in argument_problems(argument, parts)
    )


def _first_wrong(parts: Parts, chosen: Sequence[Argument]) -> Argument | None:
    """Return the weakest default that has a problem, alone or with others."""
    conflicts = len(list(conflict_problems(parts)))
    for argument in reversed(chosen):
        alone = argument_problems(argument, parts)
        if any(note.severity is not Severity.REMARK for note in alone):
            return argument
        others = [each for each in parts.arguments if each is not argument]
        if conflicts and len(list(conflict_problems(replace(parts, arguments=others)))) < conflicts:
            return argument
    return None
