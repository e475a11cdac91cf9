"""What is asked about a track's low-level properties, and the answers: only what is sure.

*Music Flamingo* trains on chords, keys and BPM as data of their own (section 3.2); in which form is
not said. Wordings are ours, and a track's own: they follow from its id.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.stages.describe.sure import sure_chords, sure_keys
from schemas.chords import NO_CHORD, chord_symbol
from schemas.facts import Chord, MusicFacts
from schemas.properties import PropertyName
from schemas.sections import PropertiesConfig

WORDINGS: dict[PropertyName, tuple[str, ...]] = {
    "tempo": (
        "What is the tempo of this music?",
        "How many beats per minute does this music have?",
        "Give the tempo in BPM.",
    ),
    "metre": (
        "How many beats are in a bar of this music?",
        "Into bars of how many beats is this music grouped?",
    ),
    "key": (
        "Which key is this music in{when}?",
        "What is the key{when}?",
        "Name the tonic and mode{when}.",
    ),
    "chord": (
        "Which chord sounds{when}?",
        "Name the chord that is heard{when}.",
    ),
    "chords": (
        "Which chords are heard{when}, in their order?",
        "Name the chords{when}, one after the other.",
    ),
}
_LEAST_CHORD_S = 1.0
"""Ours: of shorter chords the ends are a large part."""
_LEAST_RUN, _MOST_RUN = 3, 8
"""Ours: chords in a row that are asked for together."""
_GAP_S = 0.05
Stretch = tuple[float, float]


@dataclass(frozen=True)
class Told:
    """A property with its answer; `stretch`, s, is None for the whole track."""

    property: PropertyName
    answer: str
    stretch: Stretch | None = None

    def question(self, number: int) -> str:
        """One of its wordings."""
        wordings = WORDINGS[self.property]
        when = ""
        if self.stretch is not None:
            when = f" from {self.stretch[0]:.1f} to {self.stretch[1]:.1f} s"
        return wordings[number % len(wordings)].format(when=when)


def told_properties(facts: MusicFacts, config: PropertiesConfig) -> list[Told]:
    """All sure properties of a track, in the order of `WORDINGS`.

    A tempo or key that changes is told of its stretches or not at all. Of chords the longest sure
    ones are told, and the longest run in which all are sure.

    Parameters
    ----------
    facts : MusicFacts
    config : PropertiesConfig
    """
    return [*_tempo(facts, config), *_metre(facts, config), *_keys(facts, config),
            *_chords(facts, config)]  # fmt: skip


def _tempo(facts: MusicFacts, config: PropertiesConfig) -> Iterator[Told]:
    tempo = facts.tempo
    if tempo and tempo.q_value <= config.max_wrong.tempo and len(tempo.sections) <= 1:
        yield Told("tempo", f"{round(tempo.bpm, 1):g} BPM")


def _metre(facts: MusicFacts, config: PropertiesConfig) -> Iterator[Told]:
    if facts.metre and facts.metre.q_value <= config.max_wrong.metre:
        yield Told("metre", str(facts.metre.beats_per_bar))


def _keys(facts: MusicFacts, config: PropertiesConfig) -> Iterator[Told]:
    max_wrong, sections = config.max_wrong.key, facts.key_sections or []
    if len({(each.tonic, each.mode) for each in sections}) > 1:
        for each in sure_keys(sections, max_wrong):
            yield Told("key", f"{each.tonic} {each.mode}", (each.start_s, each.end_s))
    elif facts.key and facts.key.q_value <= max_wrong:
        yield Told("key", f"{facts.key.tonic} {facts.key.mode}")


def _chords(facts: MusicFacts, config: PropertiesConfig) -> Iterator[Told]:
    chords = facts.chords or []
    sure = sure_chords(chords, config.max_wrong.chords)
    long = [each for each in sure if each.end_s - each.start_s >= _LEAST_CHORD_S]
    longest = sorted(long, key=lambda each: (each.start_s - each.end_s, each.start_s))
    for each in sorted(longest[: config.chords_per_track], key=lambda each: each.start_s):
        yield Told("chord", chord_symbol(each.label), (each.start_s, each.end_s))
    run = max(_runs(chords, config.max_wrong.chords), key=len, default=[])[:_MOST_RUN]
    if len(run) >= _LEAST_RUN and config.chords_per_track:
        symbols = [chord_symbol(each.label) for each in run]
        yield Told("chords", ", ".join(symbols), (run[0].start_s, run[-1].end_s))


def _runs(chords: Sequence[Chord], max_wrong: float) -> Iterator[list[Chord]]:
    """Chords in a row that are all sure, each another than the one before."""
    run: list[Chord] = []
    for before, each in pairwise([None, *chords]):
        is_sure = each is not None and each.label != NO_CHORD and each.q_value <= max_wrong
        follows = (
            before is not None and each is not None and abs(each.start_s - before.end_s) <= _GAP_S
        )
        if not (is_sure and follows):
            yield run
            run = []
        if is_sure and each is not None:
            run.append(each)
    yield run
