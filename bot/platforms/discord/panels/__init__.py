"""What a person alone sees and works with: lists, settings, presets, help."""
