"""From an action to the method that handles it, and what this reads out of the action."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

from bot.domain.errors import OutdatedError
from bot.screens.interaction import Interaction

Handler: TypeAlias = Callable[[Interaction], Awaitable[None]]
Method = TypeVar("Method", bound=Callable[..., Awaitable[None]])

_NAMES = "_handles_actions"


def handles(*names: str) -> Callable[[Method], Method]:
    """Mark a method of a screen as what handles the actions of these names."""

    def mark(method: Method) -> Method:
        setattr(method, _NAMES, names)
        return method

    return mark


class Router:
    """Knows the handler of every action: of buttons, menus and forms alike."""

    def __init__(self, *screens: object) -> None:
        """Take the marked methods of these screens."""
        self._handlers: dict[str, Handler] = {}
        for screen in screens:
            self._add(screen)

    def _add(self, screen: object) -> None:
        for attribute in dir(type(screen)):
            names = getattr(getattr(type(screen), attribute), _NAMES, ())
            for name in names:
                assert name not in self._handlers, f"{name} has two handlers"
                self._handlers[name] = getattr(screen, attribute)

    @property
    def names(self) -> frozenset[str]:
        """The names of all actions that are handled."""
        return frozenset(self._handlers)

    async def answer(self, interaction: Interaction) -> None:
        """Let the action be handled.

        Raises:
            OutdatedError: there is no such action in this version.
            UserError: it cannot be done; the sentence says why.
        """
        action = interaction.action
        handler = None if action is None else self._handlers.get(action.name)
        if handler is None:
            raise OutdatedError
        await handler(interaction)


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
    found = interaction.fields.get(field)
    if found is None:
        raise OutdatedError
    return found
