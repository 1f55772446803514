"""Midjourney's parameters as data: one row a parameter, so that next month's change is one line.

State of October 2026. What no version knows is refused, what the chosen version does not know is
asked about: which version knows what changes every month. Nothing here looks at a prompt; the rules
that do are in `check`, and the models in `models`.
"""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum
from typing import Final

from bot.domain.jobs import Mode
from bot.domain.texts import Text, msg
from bot.prompts.diagnostics import Severity
from bot.prompts.models import ALL_MODELS, NIJI_VERSIONS, VERSIONS, models_of


class Kind(StrEnum):
    """What a parameter is followed by, or what becomes of it."""

    FLAG = "flag"
    WHOLE = "whole"  # one whole number
    DECIMAL = "decimal"  # one number
    RATIO = "ratio"  # two whole numbers, 16:9
    CHOICE = "choice"  # one of a few words or numbers
    VERSION = "version"  # a model's number
    WORDS = "words"  # everything up to the next parameter
    LINKS = "links"
    REFERENCES = "references"  # links, style codes or `random`, each perhaps with ::weight
    CODES = "codes"  # profile codes
    MODE = "mode"  # leaves the prompt and becomes the provider's mode
    SPEED = "speed"  # the mode by its name: `--mode fast`
    VISIBILITY = "visibility"  # who sees the result: leaves the prompt
    IMAGES = "images"  # links that go before the words
    COMMAND = "command"  # an option of our command that is none in the prompt
    PROMPT = "prompt"  # "here begins the prompt": means nothing
    VIDEO = "video"  # not for images
    GONE = "gone"  # Midjourney knew it once


@dataclass(frozen=True, slots=True)
class Span:
    """The numbers from `low` to `high`, both included."""

    low: int
    high: int

    def __contains__(self, number: float) -> bool:
        return self.low <= number <= self.high


@dataclass(frozen=True, slots=True)
class Conflict:
    """Another parameter (or `IMAGES`) that must not stand beside this one."""

    other: str
    value: str | None = None  # only when this parameter has this value


IMAGES: Final = "images"  # in `needs` and `conflicts`: links before the text


@dataclass(frozen=True, slots=True)
class Parameter:
    """One row of the table."""

    name: str  # canonical
    kind: Kind
    _: KW_ONLY
    short: tuple[str, ...] = ()  # other official names; kept as they are typed
    aliases: tuple[str, ...] = ()  # what people write instead; rewritten
    translated: tuple[str, ...] = ()  # what the option is called in other languages; rewritten
    span: Span | None = None  # of WHOLE and DECIMAL
    spans: Mapping[str, Span] = field(default_factory=dict)  # where a model family differs
    choices: tuple[str, ...] = ()  # of CHOICE
    choices_by_family: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    max_values: int | None = None  # of LINKS; None: as many as anything may have
    open_models: frozenset[str] = frozenset()  # … in which a CHOICE takes codes too
    for_references: str | None = None  # the parameter that takes links and codes instead
    for_numbers: str | None = None  # … and the one that takes numbers within its span
    value_optional: bool = False
    models: frozenset[str] = ALL_MODELS
    models_by_value: Mapping[str, frozenset[str]] = field(default_factory=dict)  # … for these
    needs: str | None = None
    conflicts: tuple[Conflict, ...] = ()
    max_ratio: int | None = None  # no aspect wider or taller than this many to one
    clash: Severity = Severity.REFUSE  # what comes of its conflicts; ASK where second-hand
    mode: Mode | None = None  # of MODE; None: there is no such mode
    is_private: bool = False  # of VISIBILITY
    # Whole sentences; `{parameter}` is what was typed, `{model}` the version, as "--v 7".
    hint: Text | None = None  # what to do instead, where it cannot be used at all
    successors: Mapping[str, str] = field(default_factory=dict)  # … where a model family lacks it
    caution: Text | None = None  # worth saying whenever it is used …
    off_values: frozenset[str] = frozenset()  # … but with these, which turn it off
    cautions: Mapping[str, Text] = field(
        default_factory=dict
    )  # … when it is used with this model, or one of this family

    @property
    def written(self) -> str:
        """The name that people know it by, without dashes."""
        return self.short[0] if self.short else self.name

    def works_with(self, model: str, value: str) -> bool:
        """Whether the model takes the parameter with this value."""
        return model in self.models_by_value.get(value.lower(), self.models)

    @property
    def is_usable(self) -> bool:
        """It means something in a prompt for images, so a mistyped one is worth mending."""
        return self.kind not in {Kind.VIDEO, Kind.GONE}


# What to say when a value is missing.
NEEDED: Final[Mapping[Kind, Text]] = {
    Kind.RATIO: msg("`{parameter}` needs two whole numbers, such as 16:9."),
    Kind.WHOLE: msg("`{parameter}` needs a whole number."),
    Kind.DECIMAL: msg("`{parameter}` needs a number."),
    Kind.CHOICE: msg("`{parameter}` needs a value."),
    Kind.VERSION: msg("`{parameter}` needs a version, such as 7."),
    Kind.SPEED: msg("`{parameter}` needs a speed, fast or relaxed."),
    Kind.IMAGES: msg("`{parameter}` needs a link here; to attach a picture, use the option."),
    Kind.WORDS: msg("`{parameter}` needs the things to leave out, such as text, hands."),
    Kind.LINKS: msg("`{parameter}` needs a link to an image."),
    Kind.REFERENCES: msg(
        "`{parameter}` needs a link to an image, a style code or the word random."
    ),
}

_VIDEO = msg("`{parameter}` is for videos, and this bot makes still images. Leave it out.")

TABLE: Final = (
    Parameter(
        "aspect",
        Kind.RATIO,
        short=("ar",),
        aliases=("aspectratio", "aspect-ratio", "aspect_ratio", "aspect ratio", "ratio"),
        translated=("format",),
        max_ratio=14,
    ),
    Parameter("chaos", Kind.WHOLE, short=("c",), span=Span(0, 100)),
    Parameter(
        "stylize",
        Kind.WHOLE,
        short=("s",),
        aliases=("stylise",),
        span=Span(0, 1000),
        models=models_of("4"),
    ),
    Parameter("weird", Kind.WHOLE, short=("w",), span=Span(0, 3000), models=models_of("5")),
    Parameter(
        "quality",
        Kind.CHOICE,
        short=("q",),
        choices=(".25", ".5", "1", "2", "4"),
        choices_by_family={
            "4": (".25", ".5", "1"),
            "5": (".25", ".5", "1"),
            "6": (".5", "1", "2"),
            "7": ("1", "2", "4"),
        },
        models=models_of("4", "7"),
        conflicts=(Conflict("oref", value="4"),),
    ),
    # "Not with turbo" is not repeated here: turbo is refused by itself.
    Parameter("seed", Kind.WHOLE, span=Span(0, 4_294_967_295)),
    Parameter("stop", Kind.WHOLE, span=Span(10, 100), models=models_of("1", "6.1", niji="4 5 6")),
    Parameter(
        "tile",
        Kind.FLAG,
        translated=("kachel",),
        models=models_of("5"),
        conflicts=(Conflict("edit"),),
    ),
    Parameter(
        "no",
        Kind.WORDS,
        aliases=("negative", "negative-prompt", "negative_prompt", "neg"),
        translated=("ohne",),
        cautions={
            "8.1": msg("It's unclear whether `--no` works with `--v 8.1`; it does with `--v 8.2`.")
        },
    ),
    Parameter("raw", Kind.FLAG, models=models_of("5.1")),
    Parameter(
        "style",
        Kind.CHOICE,
        translated=("stil",),
        choices=("raw", "4a", "4b", "4c", "cute", "expressive", "original", "scenic", "random"),
        models=frozenset({"5.2"}),
        models_by_value={
            "raw": models_of("5.1"),
            **dict.fromkeys(("4a", "4b", "4c"), frozenset({"4"})),
            **dict.fromkeys(("cute", "expressive", "original", "scenic"), frozenset({"niji 5"})),
        },
        open_models=frozenset({"5.2"}),  # the codes of the style tuner
        for_references="sref",
        for_numbers="stylize",
    ),
    Parameter(
        "iw",
        Kind.DECIMAL,
        aliases=("image_weight", "image-weight", "imageweight"),
        translated=("bildgewicht",),
        span=Span(0, 3),
        models=models_of("3"),
        needs=IMAGES,
    ),
    Parameter(
        "sref",
        Kind.REFERENCES,
        aliases=("styleref", "style_reference", "style-reference"),
        models=models_of("6", niji="6 7"),
    ),
    Parameter(
        "sw",
        Kind.WHOLE,
        aliases=("style-weight", "style_weight", "styleweight"),
        span=Span(0, 1000),
        models=models_of("6"),
        needs="sref",
    ),
    Parameter(
        "sv",
        Kind.WHOLE,
        aliases=("style-version", "style_version"),
        span=Span(1, 7),
        spans={
            "6": Span(1, 4),
            "niji 6": Span(1, 4),
            "7": Span(1, 6),
            "niji 7": Span(1, 6),
            "8": Span(6, 7),
        },
        models=models_of("6", niji="6 7"),
        needs="sref",
    ),
    Parameter(
        "cref",
        Kind.LINKS,
        aliases=("character-reference", "character_reference"),
        models=models_of("6", "6.1", niji="6"),
        successors={"7": "oref", "8": "edit"},
    ),
    Parameter(
        "cw",
        Kind.WHOLE,
        aliases=("character-weight", "character_weight"),
        span=Span(0, 100),
        models=models_of("6", "6.1", niji="6"),
        needs="cref",
    ),
    Parameter(
        "oref",
        Kind.LINKS,
        aliases=("omni-reference", "omni_reference"),
        max_values=1,
        models=frozenset({"7", "8.1"}),
        conflicts=(Conflict("draft"),),
        caution=msg("`--oref` doubles the cost of a job."),
        cautions={
            "8.1": msg("It's unclear whether `--oref` works with `--v 8.1`; it does with `--v 7`.")
        },
    ),
    Parameter(
        "ow",
        Kind.WHOLE,
        aliases=("omni-weight", "omni_weight"),
        span=Span(1, 1000),
        models=frozenset({"7"}),
        needs="oref",
    ),
    Parameter(
        "profile",
        Kind.CODES,
        short=("p",),
        aliases=("personalize", "personalise", "personalization", "personalisation"),
        value_optional=True,
        off_values=frozenset({"0"}),
        models=models_of("6", niji="6 7"),
        caution=msg(
            "A profile belongs to one Midjourney account. This bot's account may not know yours."
        ),
    ),
    Parameter("exp", Kind.WHOLE, span=Span(0, 100), models=models_of("7")),
    Parameter(
        "hd",
        Kind.FLAG,
        models=models_of("8.1", niji=""),
        conflicts=(Conflict("draft"),),
        max_ratio=4,
    ),
    Parameter("sd", Kind.FLAG, models=models_of("8.1", niji=""), conflicts=(Conflict("hd"),)),
    Parameter(
        "draft",
        Kind.FLAG,
        models=models_of("7"),
        conflicts=(Conflict("hd"), Conflict("oref"), Conflict(IMAGES)),
        clash=Severity.ASK,
        cautions={"8": msg("A draft in version 8 may bring up to 24 images.")},
    ),
    Parameter("repeat", Kind.WHOLE, short=("r",), span=Span(2, 40)),
    Parameter(
        "version", Kind.VERSION, short=("v",), choices=VERSIONS, conflicts=(Conflict("niji"),)
    ),
    Parameter(
        "niji",
        Kind.VERSION,
        choices=NIJI_VERSIONS,
        value_optional=True,
        conflicts=(Conflict("version"),),
    ),
    Parameter("fast", Kind.MODE, mode=Mode.FAST),
    Parameter("relax", Kind.MODE, aliases=("relaxed",), mode=Mode.RELAXED),
    Parameter(
        "turbo", Kind.MODE, hint=msg("`--turbo` isn't available here; use `--fast` or `--relax`.")
    ),
    Parameter("mode", Kind.SPEED, translated=("modus",)),
    Parameter(
        "private",
        Kind.VISIBILITY,
        aliases=("stealth",),
        translated=("privat",),
        is_private=True,
    ),
    Parameter("public", Kind.VISIBILITY),
    Parameter("image", Kind.IMAGES, aliases=("image2",), translated=("bild", "bild2")),
    Parameter("prompt", Kind.PROMPT),
    Parameter(
        "preset",
        Kind.COMMAND,
        hint=msg(
            "A preset can't be named in the prompt. Choose it beside the prompt, as `preset`."
        ),
    ),
    Parameter(
        "edit",
        Kind.LINKS,
        max_values=4,
        models=models_of("8.1", niji=""),
        conflicts=(Conflict("tile"),),
        clash=Severity.ASK,
    ),
    *(
        Parameter(name, Kind.VIDEO, hint=_VIDEO)
        for name in ("video", "motion", "loop", "end", "bs")
    ),
)

_OLD = msg("`{parameter}` was dropped with the old versions. I'd leave it out.")
_UPSCALER = msg(
    "`{parameter}` no longer exists: upscaling isn't part of a prompt now. I'd leave it out."
)
_SIZE = msg("`{parameter}` no longer exists; `--ar` sets the shape. I'd leave it out.")
_SAME_SEED = msg("`{parameter}` no longer exists; `--seed` took its place. I'd leave it out.")
_QUALITY = msg("`{parameter}` no longer exists; `--q` or `--hd` took its place. I'd leave it out.")

GONE: Final = tuple(
    Parameter(name, Kind.GONE, hint=hint)
    for hint, names in (
        (_OLD, ("test", "testp", "creative", "vibe", "newclip", "nostretch", "old", "preview")),
        (_SAME_SEED, ("sameseed",)),
        (_UPSCALER, ("upscale", "uplight", "upanime", "upbeta")),
        (_QUALITY, ("hq",)),
        (_SIZE, ("width", "height", "h")),
    )
    for name in names
)

_BY_NAME: Final[Mapping[str, Parameter]] = {
    name: row
    for row in (*TABLE, *GONE)
    for name in (row.name, *row.short, *row.aliases, *row.translated)
}
ALL_NAMES: Final = frozenset(_BY_NAME)
# What a mistyped name may be taken for: no word of another language.
USABLE_NAMES: Final = frozenset(
    name for name, row in _BY_NAME.items() if row.is_usable and name not in row.translated
)
OFFICIAL_NAMES: Final = frozenset(
    name for row in TABLE if row.is_usable for name in (row.name, *row.short)
)
# Names that may well follow a dash in English prose: "wait—stop", "a man -- no, two".
_PROSE = """
    aspect chaos creative draft edit end fast height image loop mode motion negative no old preset
    preview private profile prompt public quality ratio raw relax relaxed repeat seed stealth stop
    style test tile turbo upscale version vibe video weird width
    bild format kachel modus ohne privat stil
"""
EVERYDAY_WORDS: Final = frozenset(_PROSE.split())


def known(name: str) -> Parameter:
    """Return the row of a name that the table certainly knows."""
    return _BY_NAME[name]


def find(name: str) -> Parameter | None:
    """Return the row that knows this name, in any case and without dashes."""
    return _BY_NAME.get(name.casefold())
