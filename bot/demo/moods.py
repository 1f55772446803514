"""What a picture shows, where and in which colours: read from the words of its prompt.

Pure functions: the same picture always has the same mood.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from bot.demo.german import ENGLISH
from bot.demo.palettes import (
    COATS,
    HUES,
    PALETTE_WORDS,
    PALETTES,
    Colour,
    Palette,
    distance,
    hue_palette,
    mixed,
    shifted,
)
from bot.demo.picture import Picture

MOST_SUBJECTS = 2
_VARIATIONS = 4  # pictures of one job that must differ at a glance
_TURNS = (0.0, -0.035, 0.055, -0.08)  # of a named palette's hues, for each of the four
# Where no word asks for colours.
_FAVOURITES = (
    "sunset",
    "dawn",
    "autumn",
    "ocean",
    "lavender",
    "night",
    "aurora",
    "neon",
    "noon",
)
_NIGHTS = ("neon", "night", "aurora")  # in space
_DRIFT = 0.012  # of the hues, for each time that a picture was varied
_WORD = re.compile(r"[a-zäöüß]+")


class Scene(StrEnum):
    """Where it is."""

    PEAKS = "peaks"  # mountains over a lake
    SEA = "sea"
    FOREST = "forest"
    HILLS = "hills"
    DUNES = "dunes"
    CITY = "city"
    SPACE = "space"  # over a strange planet


class Subject(StrEnum):
    """What is there."""

    FOX = "fox"
    CAT = "cat"
    DOG = "dog"
    WOLF = "wolf"
    BIRD = "bird"
    OWL = "owl"
    WHALE = "whale"
    HOUSE = "house"
    CASTLE = "castle"
    LIGHTHOUSE = "lighthouse"
    ROCKET = "rocket"
    BALLOON = "balloon"
    SHIP = "ship"
    TREE = "tree"
    FLOWER = "flower"
    PERSON = "person"
    ROBOT = "robot"


_SUBJECT_WORDS: Mapping[str, Subject] = {
    word: subject
    for subject, words in {
        Subject.FOX: "fox foxes vixen",
        Subject.CAT: "cat cats kitten kittens kitty tiger lion panther",
        Subject.DOG: "dog dogs puppy puppies corgi labrador retriever",
        Subject.WOLF: "wolf wolves husky coyote",
        Subject.BIRD: "bird birds sparrow robin parrot raven crow eagle hummingbird songbird",
        Subject.OWL: "owl owls",
        Subject.WHALE: "whale whales dolphin dolphins orca",
        Subject.HOUSE: "house houses cabin cottage hut home barn farm farmhouse village",
        Subject.CASTLE: "castle castles palace fortress tower",
        Subject.LIGHTHOUSE: "lighthouse lighthouses",
        Subject.ROCKET: "rocket rockets spaceship starship spacecraft shuttle",
        Subject.BALLOON: "balloon balloons",
        Subject.SHIP: "ship ships boat boats sailboat sail sailing yacht vessel galleon",
        Subject.TREE: "tree trees oak willow sakura bonsai",
        Subject.FLOWER: "flower flowers rose roses tulip tulips daisy sunflower poppy poppies",
        Subject.PERSON: (
            "person man woman girl boy wanderer hiker traveler traveller wizard witch monk "
            "knight samurai astronaut king queen princess warrior portrait child couple"
        ),
        Subject.ROBOT: "robot robots android mech droid",
    }.items()
    for word in words.split()
}

_SCENE_WORDS: Mapping[str, Scene] = {
    word: scene
    for scene, words in {
        Scene.PEAKS: "mountain mountains alps peak peaks lake valley fjord volcano",
        Scene.SEA: "sea ocean beach island coast harbour harbor wave waves underwater",
        Scene.FOREST: "forest woods jungle rainforest wood",
        Scene.HILLS: "hill hills meadow field fields garden countryside grass prairie",
        Scene.DUNES: "desert dune dunes sand sahara camel canyon",
        Scene.CITY: "city street skyline tokyo neon cyberpunk skyscraper downtown urban",
        Scene.SPACE: "astronaut cosmonaut space galaxy nebula cosmos cosmic planet planets alien",
    }.items()
    for word in words.split()
}

# Where a subject is at home, if the prompt names no place; the likeliest first.
_HOMES: Mapping[Subject, tuple[Scene, ...]] = {
    Subject.FOX: (Scene.FOREST, Scene.HILLS, Scene.PEAKS, Scene.DUNES),
    Subject.CAT: (Scene.CITY, Scene.HILLS, Scene.PEAKS, Scene.SEA),
    Subject.DOG: (Scene.HILLS, Scene.SEA, Scene.FOREST, Scene.PEAKS),
    Subject.WOLF: (Scene.FOREST, Scene.PEAKS, Scene.HILLS, Scene.DUNES),
    Subject.BIRD: (Scene.HILLS, Scene.FOREST, Scene.PEAKS, Scene.SEA),
    Subject.OWL: (Scene.FOREST, Scene.PEAKS, Scene.HILLS, Scene.CITY),
    Subject.HOUSE: (Scene.HILLS, Scene.PEAKS, Scene.FOREST, Scene.DUNES),
    Subject.CASTLE: (Scene.PEAKS, Scene.HILLS, Scene.FOREST, Scene.SEA),
    Subject.ROCKET: (Scene.SPACE, Scene.DUNES, Scene.SEA, Scene.PEAKS),
    Subject.BALLOON: (Scene.DUNES, Scene.HILLS, Scene.PEAKS, Scene.SEA),
    Subject.TREE: (Scene.HILLS, Scene.DUNES, Scene.PEAKS, Scene.SEA),
    Subject.FLOWER: (Scene.HILLS, Scene.PEAKS, Scene.SEA, Scene.FOREST),
    Subject.PERSON: (Scene.PEAKS, Scene.HILLS, Scene.SEA, Scene.DUNES),
    Subject.ROBOT: (Scene.CITY, Scene.DUNES, Scene.SPACE, Scene.HILLS),
}
_AT_SEA = (Subject.WHALE, Subject.SHIP, Subject.LIGHTHOUSE)
_NATURE = (Scene.PEAKS, Scene.SEA, Scene.FOREST, Scene.HILLS, Scene.DUNES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """What one picture is to show, where, and in which colours."""

    subjects: tuple[Subject, ...]
    scene: Scene
    palette: Palette
    coat: Colour | None  # the colour that the prompt gives the subject
    is_mirrored: bool


def words_of(text: str) -> list[str]:
    """Return the words of a prompt's text in lower case, those that we know in English."""
    return [ENGLISH.get(word, word) for word in _WORD.findall(text.lower())]


def mood(picture: Picture) -> Mood:
    """Choose what a picture shows; a variation shows what its original does."""
    root = picture.original or picture
    words = words_of(root.text)
    rng = Random(f"mood {root.key}")  # noqa: S311 (a drawing needs no secrecy)
    subjects = _subjects(words)
    coat, rest = _coat(words, subjects)
    nth, turn = root.index % _VARIATIONS, root.index // _VARIATIONS
    palette = _palette(rest, rng, nth=nth, turn=turn, chaos=root.chaos)
    scene = _scene(words, subjects, rng, nth=nth, chaos=root.chaos)
    if scene is Scene.SPACE and not palette.is_night:
        night = _NIGHTS[(nth + turn) % len(_NIGHTS)]
        palette = shifted(mixed(PALETTES[night], palette, 0.15), _TURNS[nth])
    drift = sum(picture.plan(f"hue {step}").uniform(-_DRIFT, _DRIFT) for step in picture.steps)
    return Mood(
        subjects=subjects,
        scene=scene,
        palette=shifted(palette, drift) if picture.steps else palette,
        coat=coat,
        is_mirrored=bool((nth + rng.randrange(2)) % 2),
    )


def _subjects(words: Sequence[str]) -> tuple[Subject, ...]:
    """Return what the prompt names, in its order."""
    named = dict.fromkeys(_SUBJECT_WORDS[word] for word in words if word in _SUBJECT_WORDS)
    return tuple(named)[:MOST_SUBJECTS]


def _coat(words: Sequence[str], subjects: Sequence[Subject]) -> tuple[Colour | None, Sequence[str]]:
    """Return the colour of the first subject, and the words that say nothing about it.

    "A red fox at dawn" is a red fox in a dawn of its own colours.
    """
    for place, word in enumerate(words):
        if subjects and _SUBJECT_WORDS.get(word) == subjects[0]:
            for before in range(max(0, place - 2), place):
                if words[before] in COATS:
                    return COATS[words[before]], [*words[:before], *words[before + 1 :]]
    return None, words


def _scene(
    words: Sequence[str], subjects: Sequence[Subject], rng: Random, *, nth: int, chaos: float
) -> Scene:
    """Return where picture `nth` of four takes place."""
    named = list(dict.fromkeys(_SCENE_WORDS[word] for word in words if word in _SCENE_WORDS))
    if any(subject in _AT_SEA for subject in subjects):
        return Scene.SEA
    if named:
        return named[nth % len(named)]
    homes = list(_HOMES[subjects[0]]) if subjects else rng.sample(_NATURE, len(_NATURE))
    reach = 4 if not subjects else 2 + round(2 * chaos)
    return homes[nth % reach]


def _palette(words: Sequence[str], rng: Random, *, nth: int, turn: int, chaos: float) -> Palette:
    """Return the colours of picture `nth` of four: the farther from the first, the more chaos."""
    named = _named_palette(words)
    day = list(PALETTES.values())
    first = named or PALETTES[rng.choice(_FAVOURITES)]
    others = sorted((other for other in day if other != first), key=lambda p: distance(first, p))
    place = nth + turn  # pictures 5 … 24 of a draft come in other colours
    if named is None:
        rank = round(place * (1 + chaos * (len(others) / (_VARIATIONS - 1) - 1)))
        return first if rank == 0 else others[(rank - 1) % len(others)]
    hue = _TURNS[place % _VARIATIONS] * (1 + 2 * chaos)
    if nth == 0 or not chaos:
        return shifted(first, hue)
    other = others[(nth * len(others) // (_VARIATIONS - 1) - 1) % len(others)]
    return shifted(mixed(first, other, 0.4 * chaos), hue)


def _named_palette(words: Sequence[str]) -> Palette | None:
    """Return the palette that the prompt names: by a time or a season, a colour, or a place."""
    found: dict[int, Palette] = {}
    for word in words:
        if word in HUES:
            found.setdefault(1, hue_palette(HUES[word]))
        elif word in PALETTE_WORDS:
            is_thing = word in _SCENE_WORDS or word in _SUBJECT_WORDS
            found.setdefault(2 if is_thing else 0, PALETTES[PALETTE_WORDS[word]])
    return found[min(found)] if found else None
