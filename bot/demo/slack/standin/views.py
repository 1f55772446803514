"""`views.*`: forms and the Home tab."""

import secrets
from typing import Any

from bot.demo.slack.standin.api import SlackError, refuse
from bot.demo.slack.standin.block_rules import check_view, is_too_large
from bot.demo.slack.standin.content import User
from bot.demo.slack.standin.forms import initial_values
from bot.demo.slack.standin.interactions import Interaction, View
from bot.demo.slack.standin.messages import check_files, completed
from bot.demo.slack.standin.methods import Methods, method, text_of, user_of
from bot.demo.slack.standin.state import State
from bot.demo.slack.standin.vocabulary import JSON

MAX_STACK = 3


class ViewMethods:
    """What the app shows outside of messages."""

    def __init__(self, state: State) -> None:
        self.state = state

    def methods(self) -> Methods:
        """Return the methods by their names."""
        return {
            "views.open": method(self.open, "trigger_id view"),
            "views.push": method(self.push, "trigger_id view"),
            "views.update": method(self.update, "view", "view_id external_id hash"),
            "views.publish": method(self.publish, "user_id view", "hash"),
        }

    def open(self, args: JSON) -> JSON:
        """`views.open`."""
        content = self.checked(args["view"], "modal")
        interaction = self._exchange(text_of(args, "trigger_id"))
        return self._shown(self.show(interaction, content))

    def push(self, args: JSON) -> JSON:
        """`views.push`."""
        content = self.checked(args["view"], "modal")
        interaction = self._exchange(text_of(args, "trigger_id"))
        if interaction.view is None:
            raise SlackError("not_found")
        return self._shown(self.show(interaction, content, above=interaction.view))

    def update(self, args: JSON) -> JSON:
        """`views.update`."""
        view = self._find(args)
        content = self.checked(args["view"], view.kind, known=view)
        self._check_hash(view, args)
        self.replace(view, content)
        return self._shown(view)

    def publish(self, args: JSON) -> JSON:
        """`views.publish`."""
        user = user_of(self.state, text_of(args, "user_id"))
        content = self.checked(args["view"], "home")
        home = self.state.homes.get(user.id)
        if home is None:
            home = self._new(user, content)
            self.state.homes[user.id] = home
        else:
            self._check_hash(home, args)
            self.replace(home, content)
        return self._shown(home)

    def show(self, interaction: Interaction, content: JSON, *, above: View | None = None) -> View:
        """Show a new form, alone or above another one.

        Raises:
            SlackError: `push_limit_reached`.
        """
        view = self._new(interaction.user, content)
        if above is not None:
            stack = [v for v in self.state.views.values() if v.root_id == above.root_id]
            if sum(not v.is_closed for v in stack) >= MAX_STACK:
                del self.state.views[view.id]
                raise SlackError("push_limit_reached")
            view.root_id, view.previous_id = above.root_id, above.id
        interaction.views.append(view)
        return view

    def replace(self, view: View, content: JSON) -> None:
        """Change a view; what was filled in stays where block and action are the same."""
        values = initial_values(content["blocks"])
        for block, elements in view.values.items():
            for action, value in elements.items():
                if action in values.get(block, {}):
                    values[block][action] = value
        view.content, view.values = content, values
        view.hash = _new_hash()
        view.updates += 1

    def checked(self, view: Any, kind: str, *, known: View | None = None) -> JSON:
        """Return a view with the ids that Slack adds.

        Raises:
            SlackError: it breaks a rule.
        """
        refuse(check_view(view, kind), "invalid_arguments")
        check_files(self.state, view["blocks"], ("view", "blocks"), "invalid_arguments")
        if is_too_large(view):
            raise SlackError("view_too_large", breach="a view of more than 250 kB")
        others = [v for v in self.state.views.values() if v is not known and not v.is_closed]
        name = view.get("external_id")
        if name and any(v.content.get("external_id") == name for v in others):
            raise SlackError("duplicate_external_id", breach=f"external_id {name!r} is taken")
        return {**view, "blocks": completed(self.state, view["blocks"])}

    def _new(self, user: User, content: JSON) -> View:
        id_ = self.state.world.new_id("V")
        view = View(id=id_, user=user, content=content, hash=_new_hash(), root_id=id_)
        view.values = initial_values(content["blocks"])
        self.state.views[id_] = view
        return view

    def _exchange(self, trigger_id: str) -> Interaction:
        found = [i for i in self.state.interactions if i.trigger_id == trigger_id]
        if not found:
            raise SlackError("invalid_trigger_id", breach="no such trigger_id")
        interaction = found[0]
        age = self.state.world.now() - interaction.sent_at
        error = None
        if interaction.trigger_is_used:
            error = "exchanged_trigger_id"
        elif interaction.trigger_is_expired or age > self.state.trigger_lifetime_s:
            error = "expired_trigger_id"
        if error is not None:
            interaction.refusals.append(error)
            raise SlackError(error)
        interaction.trigger_is_used = True
        return interaction

    def _find(self, args: JSON) -> View:
        if ("view_id" in args) == ("external_id" in args):
            what = "needs exactly one of view_id and external_id"
            raise SlackError("invalid_arguments", breach=what)
        if "view_id" in args:
            view = self.state.views.get(args["view_id"])
        else:
            named = [
                v
                for v in self.state.views.values()
                if v.content.get("external_id") == args["external_id"] and not v.is_closed
            ]
            view = named[0] if named else None
        if view is None or view.is_closed:
            raise SlackError("not_found")
        return view

    def _check_hash(self, view: View, args: JSON) -> None:
        if args.get("hash") not in {None, view.hash}:
            raise SlackError("hash_conflict")

    def _shown(self, view: View) -> JSON:
        return {"view": view.to_json(self.state.world)}


def _new_hash() -> str:
    return f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}"
