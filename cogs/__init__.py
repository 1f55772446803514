"""Discord's commands, one file a feature. Thin: acknowledge, build, call, render."""
