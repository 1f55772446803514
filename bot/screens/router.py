"""From an action to the method that handles it, and what this reads out of the action."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias, TypeVar

from bot.domain.errors import OutdatedError
from bot.screens.interaction import Interaction

Handler: TypeAlias = Callable[[Interaction], Awaitable[None]]
Method = TypeVar("Method", bound=Callable[..., Awaitable[None]])

_NAMES = "_handles_actions"
_FORMS = "_handles_forms"


def handles(*names: str) -> Callable[[Method], Method]:
    """Mark a method of a screen as what handles buttons and menus with these actions."""
    return _mark(_NAMES, names)


def handles_form(*names: str) -> Callable[[Method], Method]:
    """Mark a method of a screen as what handles forms with these actions.

    A person may send any text as the action of a form: nothing says that a message offers it, so
    no form ever does what a button does.
    """
    return _mark(_FORMS, names)


def _mark(mark: str, names: tuple[str, ...]) -> Callable[[Method], Method]:
    def marked(method: Method) -> Method:
        setattr(method, mark, names)
        return method

    return marked


class Router:
    """Knows the handler of every action: of buttons, menus and forms alike."""

    def __init__(self, *screens: object) -> None:
        """Take the marked methods of these screens."""
        self._handlers = _marked(_NAMES, screens)
        self._forms = _marked(_FORMS, screens)

    @property
    def names(self) -> frozenset[str]:
        """The names of all actions that are handled."""
        return frozenset(self._handlers) | frozenset(self._forms)

    def answer(self, interaction: Interaction) -> Awaitable[None]:
        """Find who handles the action, and return their answer, to be awaited.

        Raises:
            OutdatedError: there is no such action in this version.
        """
        action = interaction.action
        handlers = self._handlers if interaction.fields is None else self._forms
        handler = None if action is None else handlers.get(action.name)
        if handler is None:
            raise OutdatedError
        return handler(interaction)


def _marked(mark: str, screens: Iterable[object]) -> dict[str, Handler]:
    found: dict[str, Handler] = {}
    for screen in screens:
        for attribute in dir(type(screen)):
            for name in getattr(getattr(type(screen), attribute), mark, ()):
                assert name not in found, f"{name} has two handlers"
                found[name] = getattr(screen, attribute)
    return found


def subject_of(interaction: Interaction) -> str:
    """Return the job or draft that the action is about, whatever else it says.

    Raises:
        OutdatedError: it is about none: it is of another version.
    """
    if interaction.action is None or not interaction.action.values:
        raise OutdatedError
    return interaction.action.values[0]


def values_of(interaction: Interaction, count: int) -> tuple[str, ...]:
    """Return the first values of the action; the last of them takes all that follows.

    Raises:
        OutdatedError: it has fewer: it is of another version.
    """
    action = interaction.action
    if action is None or len(action.values) < count:
        raise OutdatedError
    return (*action.values[: count - 1], action.last(count - 1))


def number_in(value: str) -> int:
    """Return the number that a value of an action is.

    Raises:
        OutdatedError: it is none: it is of another version.
    """
    if not value.isdecimal():
        raise OutdatedError
    return int(value)


def chosen_of(interaction: Interaction) -> str:
    """Return the one entry that was chosen in a menu.

    Raises:
        OutdatedError: there was no such menu.
    """
    if len(interaction.chosen) != 1:
        raise OutdatedError
    return interaction.chosen[0]


def typed_into(interaction: Interaction, field: str) -> str:
    """Return what was typed into a field of a form.

    Raises:
        OutdatedError: the form has no such field: it is of another version.
    """
    found = (interaction.fields or {}).get(field)
    if found is None:
        raise OutdatedError
    return found
