"""Wishes, and all else that may be said to a box, spoken by espeak-ng: many voices, speeds, pitches, rates and levels of noise."""

import audioop
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from random import Random

from said import said

from fably.core.types import AudioFormat, Utterance
from fably.lore.english import article
from fably.lore.wished import wished

VOICES = (
    "gmw/en", "gmw/en-US", "gmw/en-GB-x-rp", "gmw/en-GB-scotland", "gmw/en+f2", "gmw/en-GB-x-rp+f2", "gmw/en-US+f3", "gmw/en+f4",
    "gmw/en-US+f4", "gmw/en+m3", "gmw/en-US+m3",
)  # fmt: skip
WISHES = (
    "tell me a story about {}", "a story about {} please", "I want a story about {}", "can you tell me a story about {}", "{}",
    "about {}", "please tell me a story about {}", "tell me about {}", "a story about {}", "{} please", "can I have a story about {}",
    "I would like a story about {}",
)  # fmt: skip
PREFIXES = ("tell me a story about a", "I want a story about the", "can you tell me a story about my", "please tell me a", "I would like")
_TALK = (
    "tell me about the weather tomorrow", "what time is it", "turn on the light", "where is my blue jacket", "the bus is late again",
    "can I have some juice please", "I want to watch television", "tell me what you had for lunch", "how many days until Christmas",
    "play the radio", "he is not my friend", "put the cups on the shelf", "can you tell me why the sky is blue", "I am not tired",
    "please tell me the truth", "a piece of toast please", "about a quarter past nine", "I would like to go home now",
    "let us go outside", "who took my crayons", "please wash your hands", "it was a long day at work", "shares fell by two percent",
    "mind the step", "seven eight nine ten", "where did you put the keys", "I want a hug", "the match ended two all",
    "can you help me with my coat", "ouch that hurts",
)  # fmt: skip
_SUBJECTS = (  # none of them is among the other words of wished.toml, nor was one used when the bounds of sureness were chosen
    "flamingo", "peacock", "ladybird", "caterpillar", "scarecrow", "postman", "fireman", "juggler", "shepherd", "nurse", "sledge",
    "wheelbarrow", "teapot", "saucepan", "slipper", "puddle", "volleyball", "crayon", "pancake", "sausage", "meadow", "lighthouse",
    "playground", "swimming pool", "supermarket", "kettle", "fog", "chick", "boot", "dolls' house", "canary", "ostrich", "panther",
    "leopard", "gorilla", "cheetah", "hyena", "buffalo", "chipmunk", "raccoon", "possum", "pelican", "woodpecker", "kingfisher",
    "seagull", "grasshopper", "mosquito", "dragonfly", "centipede", "starfish", "seahorse", "tadpole", "plumber", "carpenter",
    "blacksmith", "acrobat", "conductor", "librarian", "chef", "butcher", "gladiator", "viking", "emperor", "duchess", "servant",
    "hermit", "genie", "ogre", "cyclops", "tram", "canoe", "kayak", "yacht", "hovercraft", "ambulance", "crane", "steamroller",
    "parachute", "glider", "harp", "trombone", "saxophone", "banjo", "xylophone", "ladle", "spatula", "bathtub", "armchair", "wardrobe",
    "chimney", "doughnut", "waffle", "pretzel", "lemonade", "porridge", "raspberry", "pineapple", "avocado", "broccoli", "waterfall",
    "glacier", "iceberg", "canyon", "harbour", "cathedral", "windmill", "igloo", "wigwam", "stadium", "laundry", "wizened", "trainer",
    "bracelet", "marble", "mousse", "ghoul", "coast", "bunker", "chapel", "tartan", "doubt", "frock", "wail", "lobster pot",
    "cricket bat", "rowing boat", "tiger lily", "fog horn", "ducking stool", "hoarse voice", "pony club", "pigeon loft",
)  # fmt: skip
_TALES = Path(__file__).parent / "story" / "data" / "tales" / "en"


@dataclass(frozen=True)
class Spoken:
    """Something that was said; `subject` is what a wish is about, "" outside of the grammar. `child`: pitch and formants as a factor."""

    text: str
    subject: str
    voice: str
    child: float
    utterance: Utterance


def say(text: str, random: Random, *, voice: str = "gmw/en-US", child: float = 1.0, rate: int = 16_000, noise: int = 0) -> Utterance:
    """`text` as PCM at `rate`, with some silence around it and white noise of this root mean square."""
    pcm, hertz = said(text, voice, random.choice((120, 130, 145, 160, 175)))
    pcm, _state = audioop.ratecv(pcm, 2, 1, int(hertz * child), rate, None)
    pcm = bytes(int(rate * random.uniform(0.2, 0.6)) * 2) + pcm + bytes(int(rate * random.uniform(0.3, 0.8)) * 2)
    if noise:
        pcm = audioop.add(pcm, audioop.mul(random.randbytes(len(pcm)), 2, noise / 18_918), 2)
    return Utterance(pcm, AudioFormat(rate))


def _anyhow(text: str, subject: str, random: Random) -> Spoken:
    voice, child = random.choice(VOICES), random.choice((1.0, 1.0, 1.0, 1.1, 1.18))
    rate, noise = random.choice((16_000, 22_050, 44_100, 48_000)), random.choice((0, 0, 10, 30, 80, 200))
    return Spoken(text, subject, voice, child, say(text, random, voice=voice, child=child, rate=rate, noise=noise))


def wishes(count: int, seed: int) -> Iterator[Spoken]:
    """Wishes for the subjects that are known, as children say them."""
    random = Random(seed)  # noqa: S311
    subjects = list(wished("en").subjects)
    random.shuffle(subjects)
    for subject in islice(cycle(subjects), count):
        yield _anyhow(random.choice(WISHES).format(subject), subject, random)


def pairs(count: int, seed: int) -> Iterator[Spoken]:
    """Wishes for two of the subjects at once."""
    random = Random(seed)  # noqa: S311
    for _ in range(count):
        subject = " and ".join(random.sample(wished("en").subjects, 2))
        yield _anyhow(random.choice([one for one in WISHES if "about {}" in one and "please" not in one]).format(subject), subject, random)


def others(count: int, seed: int) -> Iterator[Spoken]:
    """What no recogniser of wishes may be sure of: wishes for something else, talk, tales, half wishes."""
    random = Random(seed)  # noqa: S311
    told = [
        " ".join(one.split()) for file in sorted(_TALES.iterdir()) for one in re.split(r"(?<=[.!?])\s+", file.read_text(encoding="utf-8"))
    ]
    for kind in islice(cycle(("subject", "talk", "tale", "subject or prefix")), count):
        if kind == "talk":
            text = random.choice(_TALK)
        elif kind == "tale":
            text = random.choice(told)
        elif kind == "subject" or random.random() < 0.5:
            text = random.choice(WISHES).format(article(random.choice(_SUBJECTS)))
        else:
            text = random.choice(PREFIXES)
        yield _anyhow(text, "", random)
