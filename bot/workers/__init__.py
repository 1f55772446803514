"""What goes on by itself. May import domain, prompts, ports and services."""
