"""Stand-ins for the world outside: they speak its real protocols."""
