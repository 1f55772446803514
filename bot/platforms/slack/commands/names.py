"""What the app is called by at Slack: the same names stand in `deploy/slack-manifest.yaml`."""

COMMAND = "/imagine"

# The entries of a message's menu.
IMAGINE_FROM_IMAGE = "imagine_from_image"
USE_AS_STYLE = "use_as_style"
JOB_DETAILS = "job_details"
SHORTCUTS = (IMAGINE_FROM_IMAGE, USE_AS_STYLE, JOB_DETAILS)

# What the bot's token must allow.
SCOPES = frozenset(
    {
        *("commands", "chat:write", "files:read", "files:write", "users:read", "im:write"),
        *("channels:read", "groups:read", "im:read", "mpim:read", "channels:join"),
        *("channels:history", "groups:history", "im:history", "mpim:history"),
    }
)

EVENTS = ("app_home_opened",)
EVENTS_PATH = "/slack/events"  # of everything that comes by HTTP
