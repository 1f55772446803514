"""What people do: commands, presses, forms and menus, and the answers to them."""
