"""What Discord is called."""

PLATFORM = "discord"  # as in `Person.platform`
TITLE = "Discord"  # as people call it
