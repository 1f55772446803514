"""How much a message holds: the least that any platform allows, so far Discord's.

A message holds 4000 characters of text. Each screen shares them out among what it shows, with
limits of its own; escaping makes text at most twice as long. An action has a limit of its own,
`views.MAX_ACTION_LENGTH`.
"""

MAX_BUTTON_URL = 512  # characters of the address that a button opens
MAX_PICTURE_URL = 2048  # characters of the address of a picture
MAX_OPTIONS = 25  # of a menu

MAX_PICTURES = 10  # of a message
MAX_MESSAGE_BYTES = 24 * 1024 * 1024  # of its files
