"""What people do: commands, presses, forms and menus. May import its neighbours, and the core."""
