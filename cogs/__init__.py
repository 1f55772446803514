"""Discord's commands, one file a feature. May import Discord, screens and services."""
