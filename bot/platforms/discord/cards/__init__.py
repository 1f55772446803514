"""What people see: cards, buttons, forms, and the text and ids in them. Pure."""
