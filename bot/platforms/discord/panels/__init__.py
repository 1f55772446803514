"""What a person alone sees: lists, settings, help. May import its neighbours, and the core."""
