"""The Midjourney API: what goes over the wire (`protocol`) and how it gets there (`client`)."""
