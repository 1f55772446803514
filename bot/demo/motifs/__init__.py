"""What a picture is of: an animal, a house, a rocket. One module for each family."""

from collections.abc import Callable, Mapping

from bot.demo.moods import Mood, Scene, Subject
from bot.demo.motifs.animals import draw_cat, draw_dog, draw_fox, draw_wolf
from bot.demo.motifs.birds import draw_bird, draw_owl
from bot.demo.motifs.buildings import draw_castle, draw_house
from bot.demo.motifs.figure import Figure
from bot.demo.motifs.ground import draw_knoll, draw_ledge
from bot.demo.motifs.in_the_air import draw_balloons, draw_rocket
from bot.demo.motifs.on_water import draw_lighthouse_at, draw_ship, draw_whale
from bot.demo.motifs.people import draw_person, draw_robot
from bot.demo.motifs.plants import draw_flowers, draw_tree
from bot.demo.sketch import Sketch

_Draw = Callable[[Figure], None]

# With the part of the picture that each is high.
_ON_THE_GROUND: Mapping[Subject, tuple[_Draw, float]] = {
    Subject.FOX: (draw_fox, 0.46),
    Subject.CAT: (draw_cat, 0.46),
    Subject.DOG: (draw_dog, 0.46),
    Subject.WOLF: (draw_wolf, 0.46),
    Subject.HOUSE: (draw_house, 0.34),
    Subject.CASTLE: (draw_castle, 0.5),
    Subject.TREE: (draw_tree, 0.62),
    Subject.PERSON: (draw_person, 0.42),
    Subject.ROBOT: (draw_robot, 0.44),
    Subject.FLOWER: (draw_flowers, 0.56),
    Subject.BIRD: (draw_bird, 0.5),
    Subject.OWL: (draw_owl, 0.56),
}
_ON_WATER: Mapping[Subject, tuple[_Draw, float]] = {
    Subject.SHIP: (draw_ship, 0.36),
    Subject.WHALE: (draw_whale, 0.34),
    Subject.LIGHTHOUSE: (draw_lighthouse_at, 0.32),
}
_IN_THE_AIR: Mapping[Subject, tuple[_Draw, float]] = {
    Subject.ROCKET: (draw_rocket, 0.44),
    Subject.BALLOON: (draw_balloons, 0.42),
}


def draw_subjects(sketch: Sketch, mood: Mood) -> None:
    """Draw all that the prompt names, the farthest first."""
    count = len(mood.subjects)
    places = {subject: (nth + 1) / (count + 1) for nth, subject in enumerate(mood.subjects)}
    for subject in sorted(mood.subjects, key=_nearness):
        if subject in _IN_THE_AIR:
            draw, share = _IN_THE_AIR[subject]
            draw(_figure(sketch, places[subject], sketch.horizon * 0.9, share / count**0.5))
        elif subject in _ON_WATER:
            draw, share = _ON_WATER[subject]
            foot = sketch.horizon + (sketch.height - sketch.horizon) * 0.34
            draw(_figure(sketch, places[subject], foot, share / count**0.5))
    standing = [subject for subject in mood.subjects if subject in _ON_THE_GROUND]
    if standing:
        _draw_foreground(sketch, mood.scene, [(s, places[s]) for s in standing])


def _nearness(subject: Subject) -> int:
    return [_IN_THE_AIR, _ON_WATER, _ON_THE_GROUND].index(
        next(kind for kind in (_IN_THE_AIR, _ON_WATER, _ON_THE_GROUND) if subject in kind)
    )


def _figure(sketch: Sketch, place: float, foot: float, share: float) -> Figure:
    """Return a figure at a part of the width, turned to the wider side."""
    rng = sketch.chance()
    x = place + rng.uniform(-0.13, 0.13)
    return Figure(
        sketch=sketch,
        x=sketch.width * x,
        foot=foot,
        size=min(sketch.unit, sketch.height) * share * rng.uniform(0.9, 1.1),
        is_turned=sketch.plan(f"turn {place}").random() < x,
    )


def _draw_foreground(sketch: Sketch, scene: Scene, standing: list[tuple[Subject, float]]) -> None:
    """Draw the near ground, and what stands on it."""
    foot = sketch.height * 0.88
    figures = []
    for subject, place in standing:
        draw, share = _ON_THE_GROUND[subject]
        figures.append((draw, _figure(sketch, place, foot, share / len(standing) ** 0.4)))
    if scene is Scene.CITY:
        draw_ledge(sketch, foot)
    else:
        draw_knoll(sketch, foot, [figure.x for _, figure in figures])
    for draw, figure in figures:
        draw(figure)
