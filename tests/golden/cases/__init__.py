"""Which cases there are, by family: values of the domain, and which scene shows them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from tests.golden.cases import channel, forms, private, sentences
from tests.golden.scenes import Payload

Family: TypeAlias = Callable[[str], Awaitable[Mapping[str, Payload]]]

FAMILIES: Mapping[str, Family] = {
    each.__name__.rstrip("_"): each
    for each in (
        channel.results, channel.failures, channel.copies, channel.pictures,
        channel.placeholders, channel.group_placeholders,
        private.questions, private.details, private.job_lists, private.queues,
        private.settings, private.presets, private.help_,
        forms.forms, forms.suggestions, sentences.sentences,
        private.direct_messages, private.presses,
    )
}  # fmt: skip
