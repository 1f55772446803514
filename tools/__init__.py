"""What developers and CI run: installing, the pages that follow from the code, release notes."""
