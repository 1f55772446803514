"""German words for what the demo's artist knows, since the bot speaks German too.

Words that mean something else in English (Boot, See, Kind) are not among them.
"""

from collections.abc import Mapping

_GERMAN: Mapping[str, str] = {
    "fox": "fuchs füchse füchsin",
    "cat": "katze katzen kater kätzchen löwe",
    "dog": "hund hunde welpe",
    "wolf": "wölfe",
    "bird": "vogel vögel spatz rabe adler papagei",
    "owl": "eule eulen uhu",
    "whale": "wal wale delfin delfine",
    "house": "haus häuser hütte häuschen bauernhof dorf bäckerei",
    "castle": "schloss burg palast turm",
    "lighthouse": "leuchtturm leuchttürme",
    "rocket": "rakete raketen raumschiff",
    "balloon": "ballon ballons heißluftballon",
    "ship": "schiff schiffe segelboot segelschiff jacht",
    "tree": "baum bäume eiche",
    "flower": "blume blumen rosen tulpe tulpen mohn sonnenblume",
    "person": "mann frau mädchen junge ritter könig königin zauberer hexe",
    "robot": "roboter",
    "mountain": "berg berge gebirge alpen bergsee",
    "sea": "meer ozean strand küste insel hafen",
    "forest": "wald wälder dschungel",
    "hills": "hügel",
    "meadow": "wiese wiesen feld felder garten",
    "desert": "wüste dünen",
    "city": "stadt straße großstadt",
    "space": "weltraum weltall galaxie",
    "sunset": "sonnenuntergang abend abendrot",
    "dawn": "sonnenaufgang morgen morgengrauen",
    "summer": "sommer mittag",
    "autumn": "herbst",
    "snow": "schnee verschneit",
    "spring": "frühling",
    "fog": "nebel",
    "night": "nacht mond sterne mitternacht",
    "aurora": "polarlicht",
    "red": "rot rote roter rotes roten",
    "orange": "oranger oranges orangefarben",
    "golden": "goldene goldener goldenes goldenen",
    "yellow": "gelb gelbe gelber gelbes gelben",
    "green": "grün grüne grüner grünes grünen",
    "blue": "blau blaue blauer blaues blauen",
    "purple": "lila violett violette violetter violettes",
    "pink": "rosa",
    "white": "weiß weiße weißer weißes weißen",
    "black": "schwarz schwarze schwarzer schwarzes schwarzen",
    "grey": "grau graue grauer graues grauen",
    "brown": "braun braune brauner braunes braunen",
}
ENGLISH: Mapping[str, str] = {
    german: english for english, words in _GERMAN.items() for german in words.split()
}
