"""Which settings of the chat platforms belong together. Pure.

Only looks at what is set, not at whether it is right, so that all problems are told at once.
"""

from collections.abc import Mapping

_OF_SLACK = ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")


def platform_problem(values: Mapping[str, str]) -> str | None:
    """Say which setting is missing, given the others; None: none is.

    `values` has the settings that are set, by names in upper case.
    """
    if "SLACK_BOT_TOKEN" in values:
        return _why_slack_is_not_heard(values)
    stray = next((name for name in _OF_SLACK if name in values), None)
    if stray is not None:
        return f"SLACK_BOT_TOKEN is not set, but {stray} is: put it into .env too, or remove that"
    if "DISCORD_TOKEN" not in values:
        return (
            "DISCORD_TOKEN is not set: python -m bot setup asks for it; "
            "for Slack set SLACK_BOT_TOKEN instead"
        )
    return None


def _why_slack_is_not_heard(values: Mapping[str, str]) -> str | None:
    """Slack tells us what people do over a socket, or by requests to our address."""
    if "SLACK_APP_TOKEN" in values:
        return None
    if "SLACK_SIGNING_SECRET" not in values:
        return (
            "SLACK_APP_TOKEN is not set: put it into .env, or, "
            "without Socket Mode, SLACK_SIGNING_SECRET and PUBLIC_URL"
        )
    if "PUBLIC_URL" not in values:
        return (
            "PUBLIC_URL is not set: without SLACK_APP_TOKEN, "
            "Slack sends its requests to {PUBLIC_URL}/slack/events"
        )
    return None
