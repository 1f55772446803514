"""Discord's commands, one file a feature. May import platforms.discord, services and domain."""
