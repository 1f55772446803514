"""The places that the demo's artist can draw, from the far haze to the near shore.

Each draws over a sky that is already there; see `artist`.
"""

from collections.abc import Callable, Mapping

from bot.demo.moods import Scene
from bot.demo.scenery.desert import draw_dunes
from bot.demo.scenery.hills import draw_hills
from bot.demo.scenery.mountains import draw_peaks
from bot.demo.scenery.sea import draw_sea
from bot.demo.scenery.space import draw_space
from bot.demo.scenery.town import draw_city
from bot.demo.scenery.woods import draw_forest
from bot.demo.sketch import Sketch

SCENES: Mapping[Scene, Callable[[Sketch], None]] = {
    Scene.PEAKS: draw_peaks,
    Scene.SEA: draw_sea,
    Scene.FOREST: draw_forest,
    Scene.HILLS: draw_hills,
    Scene.DUNES: draw_dunes,
    Scene.CITY: draw_city,
    Scene.SPACE: draw_space,
}
