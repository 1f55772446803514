"""Who may do anything at all: in a shared channel there are people of other workspaces.

Slack lets them press our buttons, and tells of which workspace they are. On Enterprise Grid one
person may be of several: with a command Slack names the workspace where it was given, and with all
else always the same one. So whoever is of ours too counts as of ours, whatever they do.
https://github.com/slackapi/bolt-js/issues/1875
"""

from collections.abc import Collection
from dataclasses import dataclass

import structlog

from bot.domain.conversations import Person
from bot.domain.errors import NotAllowedError
from bot.domain.texts import msg
from bot.platforms.slack.commands.incoming import Heard
from bot.platforms.slack.connection.identity import IdentityHolder
from bot.platforms.slack.ids import team_of
from bot.platforms.slack.people import Profile
from bot.services.timeouts import promptly

log = structlog.get_logger(__name__)


@dataclass(kw_only=True, eq=False)
class Admission:
    """Lets people of the allowed workspaces in, be it to look or to delete."""

    identity: IdentityHolder
    allowed_teams: Collection[str]  # none: our own workspace alone
    within_s: float  # for our own to be known

    async def check(self, person: Person) -> None:
        """Let only people of the allowed workspaces in.

        Raises:
            NotAllowedError: this person is of another one.
            UnavailableError: it is not known yet which is our own.
        """
        team_id = team_of(person.id)
        if team_id not in await self._teams():
            log.info("stranger_refused", team_id=team_id)
            raise NotAllowedError(
                msg("I only work for people of certain workspaces, and yours isn't one of them.")
            )

    def placed_in_our_workspace(self, heard: Heard, profile: Profile) -> Heard:
        """Return what was done with ours as its workspace, and with ours as the person's if it is.

        Conversations are always ours: the token is of one workspace.
        """
        us = self.identity.known
        if us is None:
            return heard
        heard = heard.done_in(us.team_id)
        return heard.done_by_one_of(us.team_id) if us.team_id in profile.teams else heard

    def is_of_our_workspace(self, person: Person) -> bool:
        """Whether a person is of our own workspace: an admin of another is none here."""
        us = self.identity.known
        return us is not None and team_of(person.id) == us.team_id

    async def _teams(self) -> Collection[str]:
        if self.allowed_teams:
            return self.allowed_teams
        identity = self.identity.known
        if identity is not None:
            return (identity.team_id,)
        identity = await promptly(self.within_s, self.identity.get())
        return (identity.team_id,)
