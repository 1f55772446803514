"""What one person sees of the stand-in's Slack, as HTML: channels, messages, forms and Home."""

import html
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.demo.slack.blocks import Blocks, Json
from bot.demo.slack.mrkdwn import to_html
from bot.demo.slack.standin import Channel, File, Message, SlackStandIn, User, View

HOME = "home"  # in the address of the page: the Home tab in a channel's place
LATEST = 100  # messages that are drawn
COMMAND = "/imagine"
COLOURS = ("#2b6cb0", "#b7791f", "#2f855a", "#97266d")

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>imagine-bot in Slack: the demo</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<body data-as="{user}" data-at="{at}">
<nav>{navigation}</nav>
<main>
<header>{title}</header>
<div id="place" class="{kind}">{place}</div>
<button id="newer" hidden>New messages ↓</button>
{composer}
</main>
<div id="form" hidden></div>
<script src="/page.js" type="module"></script>
</body>
</html>
"""
NAVIGATION = """<h1>The demo</h1>
<h2>Viewing as</h2><div class="people">{people}</div>
<h2>Channels</h2>{channel}
<h2>Direct messages</h2>{direct}
<h2>Apps</h2>{home}"""
COMPOSER = """<form id="composer" autocomplete="off">
<input name="text" aria-label="Message" placeholder="/imagine a fox in the snow" autofocus>
<button>Send</button>
</form>"""
MESSAGE = """<div class="message {kind}" data-place="{place}">
<div class="face" style="background:{colour}">{initial}</div>
<div>{alone}<span class="who">{who}</span>{app}<time class="when" datetime="{when}"></time>
<div>{words}</div></div>{menu}</div>"""
FORM = """<form data-place="{place}">
<h2>{title}</h2><div class="blocks">{blocks}</div>
<footer><button type="button" class="button" data-close>{close}</button>{submit}</footer></form>"""
MENU = """<details><summary aria-label="More actions">⋮</summary>
<div>{entries}</div></details>"""
FAILURE = '<div class="failure">{words}</div>'
SUBMIT = '<button class="button primary">{words}</button>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """An entry of a message's menu."""

    name: str
    callback_id: str


class Drawing:
    """Draws the page for each person, and remembers what they have read."""

    def __init__(self, slack: SlackStandIn, shortcuts: tuple[Shortcut, ...]) -> None:
        self._slack = slack
        self._shortcuts = shortcuts
        self._read: dict[tuple[User, str], str] = {}  # the newest message seen, by channel id
        self._unknown: dict[tuple[User, str], tuple[str, str]] = {}  # a wrong command, and when

    def page(self, user: User, channel: Channel | None) -> str:
        """Return the whole page; no channel: with the Home tab."""
        return PAGE.format(
            user=user.id,
            at=HOME if channel is None else channel.id,
            navigation=self._navigation(user, channel),
            title=self._title(channel),
            kind=HOME if channel is None else "channel",
            place=self._place(user, channel),
            composer="" if channel is None else COMPOSER,
        )

    def changing(self, user: User, channel: Channel | None) -> dict[str, str]:
        """Return the parts of the page that change while it is open."""
        return {
            "place": self._place(user, channel),
            "form": self._form(user),
            "navigation": self._navigation(user, channel),
        }

    def refuse(self, command: str, user: User, channel: Channel) -> None:
        """Say that no app has this command, until something newer is there."""
        self._unknown[user, channel.id] = command, _newest(user, channel)

    def _navigation(self, user: User, at: Channel | None) -> str:
        public, direct = self._slack.channel, self._slack.dm(user)
        people = "".join(
            _entry(each.name.capitalize(), each.id, at.id if at else HOME, _here(each is user))
            for each in (self._slack.ann, self._slack.ben)
        )
        return NAVIGATION.format(
            people=people,
            channel=_entry(f"# {public.name}", user.id, public.id, self._mark(user, public, at)),
            direct=_entry("imagine-bot", user.id, direct.id, self._mark(user, direct, at)),
            home=_entry("imagine-bot · Home", user.id, HOME, _here(at is None)),
        )

    def _mark(self, user: User, channel: Channel, at: Channel | None) -> str:
        """Return whether the person is in this channel, or has something to read there."""
        place, newest = (user, channel.id), _newest(user, channel)
        if at is channel:
            self._read[place] = newest
            return "here"
        return "unread" if newest > self._read.get(place, "") else ""

    def _title(self, channel: Channel | None) -> str:
        if channel is None:
            return "imagine-bot <small>Home</small>"
        if channel is self._slack.channel:
            return f"# {html.escape(channel.name)} <small>Ann, Ben and imagine-bot</small>"
        return "imagine-bot <small>only you and the bot</small>"

    def _place(self, user: User, channel: Channel | None) -> str:
        if channel is None:
            home = self._slack.home(user)
            return "" if home is None else self._view(home)
        shown = "".join(map(self._message, channel.seen_by(user)[-LATEST:]))
        return shown + self._failure(user, channel)

    def _view(self, view: View) -> str:
        return f'<div data-place="{view.id}">{self._blocks(view).draw(view.blocks)}</div>'

    def _form(self, user: User) -> str:
        forms = self._slack.forms(user)
        if not forms:
            return ""
        form = forms[-1]
        content = form.content
        return FORM.format(
            place=form.id,
            title=html.escape(form.title),
            blocks=self._blocks(form).draw(form.blocks),
            close=_words(content.get("close"), "Close"),
            submit=SUBMIT.format(words=_words(content["submit"])) if content.get("submit") else "",
        )

    def _message(self, message: Message) -> str:
        bot = message.author is self._slack.world.bot
        blocks = self._blocks()
        words = blocks.draw(message.blocks) if message.blocks else blocks.write(message.text)
        return MESSAGE.format(
            place=key_of(message),
            kind="reply" if message.thread_ts not in {None, message.ts} else "",
            colour="#611f69" if bot else COLOURS[_number(message.author) % len(COLOURS)],
            initial="✦" if bot else message.author.name[0].upper(),
            who="imagine-bot" if bot else html.escape(message.author.name.capitalize()),
            app='<span class="app">APP</span>' if bot else "",
            when=datetime.fromtimestamp(float(message.ts), UTC).isoformat(),
            alone='<div class="alone">Only visible to you</div>' if message.is_ephemeral else "",
            words=words + "".join(map(_file, message.files)),
            menu="" if message.is_ephemeral else self._menu(),
        )

    def _menu(self) -> str:
        entries = "".join(
            f'<button type="button" data-shortcut="{each.callback_id}">{each.name}</button>'
            for each in self._shortcuts
        )
        return MENU.format(entries=entries)

    def _failure(self, user: User, channel: Channel) -> str:
        """Say what Slack says where no app has the command, or the app did not answer."""
        command, when = self._unknown.get((user, channel.id), ("", ""))
        if command and when == _newest(user, channel):
            return FAILURE.format(words=f"{html.escape(command)} is not a valid command.")
        theirs = [
            each
            for each in self._slack.interactions
            if each.user is user and each.channel is channel
        ]
        if not theirs or theirs[-1].failure is None:
            return ""
        return FAILURE.format(words=f"{COMMAND} failed: {html.escape(theirs[-1].failure)}")

    def _blocks(self, view: View | None = None) -> Blocks:
        names = {each.id: each.name.capitalize() for each in self._slack.world.users.values()}
        return Blocks(
            write=lambda text: to_html(text, names),
            address=self._address,
            errors={} if view is None else view.errors,
        )

    def _address(self, file_id: str) -> str | None:
        file = self._slack.world.files.get(file_id)
        is_seen = file is not None and not file.deleted and file.shares
        return f"/file/{file_id}" if is_seen else None


def key_of(message: Message) -> str:
    """Return what a message is known by in the page."""
    return f"{message.channel.id}-{message.ts}"


def _number(user: User) -> int:
    return sum(map(ord, user.id))


def _file(file: File) -> str:
    return (
        f'<figure><img class="large" src="/file/{file.id}" alt="{html.escape(file.name)}"></figure>'
    )


def _words(text: Json | None, otherwise: str = "") -> str:
    return html.escape(text["text"] if text else otherwise)


def _newest(user: User, channel: Channel) -> str:
    return max((each.ts for each in channel.seen_by(user)), default="")


def _here(is_here: bool) -> str:
    return "here" if is_here else ""


def _entry(words: str, user_id: str, at: str, mark: str) -> str:
    return f'<a href="/?as={user_id}&amp;at={at}" class="{mark}">{html.escape(words)}</a>'
