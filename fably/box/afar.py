"""The box as it is reached from afar: what the control socket asks of it."""

from collections.abc import Callable
from functools import partial

from fably.audio.volume import Volume
from fably.box.appliance import Appliance, Ending
from fably.box.remote import Kind, Listener, Louder, Loudness, Manner, NotNow, Status
from fably.box.saying import Voice
from fably.box.stage import Scene
from fably.box.understanding import needs_an_engine, understood
from fably.core.protocols import Sound
from fably.core.types import Gesture, Language, State, Transcript
from fably.library.story import Story
from fably.texts import text

PRESSES: dict[Kind, tuple[Gesture, ...]] = {
    "short": (Gesture.DOWN, Gesture.SHORT),
    "double": (Gesture.DOWN, Gesture.DOWN, Gesture.DOUBLE),
    "long": (Gesture.DOWN, Gesture.HELD, Gesture.LONG, Gesture.RELEASED),
}
"""What a button would have told of each kind of press."""


class Afar:
    """A `Box`."""

    def __init__(self, box: Appliance, voice: Voice, volume: Volume) -> None:
        self._box, self._voice, self._volume = box, voice, volume

    def status(self) -> Status:
        """What it is doing now."""
        show = self._box.performance
        settings, place, volume = show.teller.settings, show.place, self._volume
        going_on = self._box.state in (State.THINKING, State.TELLING, State.PAUSED)
        return Status(
            self._box.state,
            place.told() if place is not None and going_on else None,
            Loudness(volume.now, volume.least, volume.most),
            settings.language,
            settings.tts_voice or show.teller.backends.voice.first,
            show.teller.backends.words.first,
        )

    def watch(self, listener: Listener) -> Callable[[], None]:
        """Have `listener` told of everything from now on; what is given back ends that."""
        leaves = self._box.watch(listener), self._volume.watch(lambda _now: listener(Louder()))

        def leave() -> None:
            for one in leaves:
                one()

        return leave

    def press(self, kind: Kind) -> None:
        """As at the button."""
        for gesture in PRESSES[kind]:
            self._box.gesture(gesture)

    def tell(self, wish: str, manner: Manner) -> None:
        """Tell the story of `wish`."""
        self._begin(partial(self._box.performance.tell, wish, manner))

    def retell(self, story: Story, first: int, manner: Manner) -> None:
        """Tell a kept story from its passage `first` on."""
        self._begin(partial(self._box.performance.retell, story, manner, first))

    def sequel(self, story: Story, manner: Manner) -> None:
        """Tell what happened next."""
        self._begin(partial(self._box.performance.sequel, story, manner))

    def _begin(self, scene: Scene) -> None:
        """Begin with another story: the last one is nobody's any more, also for those who look on."""
        self._box.performance.place = None
        self._box.begin(scene, State.THINKING)

    def stop(self) -> None:
        """Never mind: silent, idle."""
        self._box.stop()

    def pause(self) -> None:
        """Silent, and ready to go on."""
        if self._box.state in (State.THINKING, State.TELLING):
            self._box.stay_paused()

    def resume(self) -> None:
        """Go on with what was paused or stopped. Raises `NotNow` when there is nothing."""
        if self._box.performance.place is None:
            raise NotNow(self._text("nothing_to_resume"))
        if self._box.state in (State.IDLE, State.PAUSED):
            self._box.resume()

    def again(self) -> None:
        """Back to the start of this story, or else of the last."""
        show = self._box.performance
        scene = partial(show.go_on, first=0) if show.place is not None else partial(show.last, from_the_start=True)
        self._box.begin(scene, State.THINKING)

    def next_voice(self) -> None:
        """Go on with the next voice, from the same sentence. Raises `NotNow` when there is no story."""
        if self._box.performance.place is None:
            raise NotNow(self._text("nothing_to_resume"))
        self._box.begin(self._box.performance.next_voice, State.THINKING)

    def volume(self, percent: int) -> int:
        """Make it so loud; gives how loud it is now."""
        return self._volume.set(percent)

    def say_digits(self, digits: str) -> None:
        """Say the digits aloud, slowly and twice."""
        slowly = ", ".join(digits)
        self._box.begin(partial(self._voice.say, "code", digits=slowly), State.IDLE)

    def preview(self, voice: str, sentence: str | None) -> None:
        """Have the voice called so say `sentence`, or a line of the box's own."""
        self._box.begin(partial(self._preview, voice, sentence or self._text("preview")), State.IDLE)

    async def _preview(self, voice: str, sentence: str) -> None:
        sound: Sound = self._box.performance.teller.adapted(tts_voice=voice, tts_speaker=None).lines.narrated(sentence)
        await self._voice.play(sound)

    async def hear(self, sound: bytes, language: Language | None) -> Transcript:
        """Understand the wish in `sound`, beside whatever is going on, unless that needs the recogniser itself, or its room."""
        teller, state = self._box.performance.teller, self._box.state
        backends = (teller.adapted(language=language) if language else teller).backends
        if state in (State.LISTENING, State.THINKING) or (state is State.TELLING and needs_an_engine(backends)):
            raise NotNow(self._text("child_first"))
        return await understood(sound, backends)

    async def room(self) -> None:
        """Have idle engines leave."""
        await self._box.performance.teller.backends.shared.pool.leave_idle()

    def restart(self) -> None:
        """End what is going on, and begin anew."""
        self._box.end(Ending.RESTART)

    def _text(self, line: str) -> str:
        return text(self._box.performance.teller.settings.language, f"box.{line}")
