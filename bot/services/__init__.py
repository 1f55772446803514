"""What a person may ask for, checked before spending. May import domain, prompts, ports."""
