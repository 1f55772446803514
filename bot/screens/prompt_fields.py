"""The fields that forms for a prompt share. Pure."""

from bot.domain.texts import Text, msg
from bot.domain.views import FileField, TextField
from bot.prompts import MAX_LENGTH

PROMPT_FIELD = "prompt"
PROMPT_LABEL = msg("Prompt")
# Named as the command's options, see `requests.IMAGE_OPTIONS`.
PICTURE_FIELDS = (
    FileField(name="image", label=msg("First image")),
    FileField(name="image2", label=msg("Second image")),
    FileField(name="style", label=msg("Style image")),
)


def prompt_field(
    prompt: str = "", *, label: Text = PROMPT_LABEL, is_required: bool = True
) -> TextField:
    """Return the field for a prompt, with this one in it."""
    return TextField(
        name=PROMPT_FIELD,
        label=label,
        hint=msg("Words, then parameters such as --ar 16:9 --stylize 250"),
        value=prompt,
        max_length=MAX_LENGTH,
        is_long=True,
        is_required=is_required,
    )
