"""What people see: cards, buttons, forms and their ids. May import the core only."""
