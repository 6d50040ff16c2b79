"""A provider farm: real servers on loopback that speak the protocols of every provider we have, and misbehave on request.

    with Farm() as farm:
        farm.chat = "cut-reset"                          # from now on; the names are in `farm.faults`
        farm.script["speech"] = ["500", "429", "ok"]     # for the next three requests, before what `farm.speech` says
        ...                                              # ask it at `farm.url` (OpenAI, ElevenLabs, Google) or `farm.tcp` (Wyoming)

Speech is a tone whose length depends on the text: `SECONDS_A_CHARACTER` for each, so that what was spoken can be told from its length.
"""

from farm.farm import Farm
from farm.sound import RATE, SECONDS_A_CHARACTER, tone
from farm.stories import MASAL, STORY

__all__ = ["MASAL", "RATE", "SECONDS_A_CHARACTER", "STORY", "Farm", "tone"]
