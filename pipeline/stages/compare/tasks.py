"""What is asked about which two recordings, and what of them is heard."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.engine.hearing import Span
from pipeline.engine.stage import AudioTrack, Batch
from pipeline.stages.compare.aspects import (
    Compared,
    compared,
    is_told_by_a_stretch,
    stretch_of,
)
from pipeline.stages.compare.partners import partners_of
from pipeline.stages.question.material import Material, materials
from schemas.sections import CompareConfig
from schemas.tracks import Track
from tools.chat.request import Clip

_SHOWN = ("tempo", "metre", "key", "key_sections", "voice", "sections", "loudness")


@dataclass(frozen=True)
class Task:
    """Two recordings, and what is sure of both.

    Attributes
    ----------
    tracks : (AudioTrack, AudioTrack)
        Recording 1 and recording 2.
    known : (Material, Material)
    wanted : sequence of Compared
    heard : (Span, Span)
        Of each, in s.
    first_number : int
        Of the questions, among those of recording 1.
    """

    tracks: tuple[AudioTrack, AudioTrack]
    known: tuple[Material, Material]
    wanted: Sequence[Compared]
    heard: tuple[Span, Span]
    first_number: int

    @property
    def ids(self) -> tuple[str, str]:
        """Track ids."""
        return self.tracks[0].track.track_id, self.tracks[1].track.track_id

    @property
    def clips(self) -> tuple[Clip, Clip]:
        """What is heard of both."""
        first, second = (
            Clip(each.track.track_id, each.audio, *span)
            for each, span in zip(self.tracks, self.heard, strict=True)
        )
        return first, second

    @property
    def shown(self) -> list[dict[str, Any]]:
        """What the data of a prompt say of both."""
        return [
            {"recording": number}
            | {name: material.known[name] for name in _SHOWN if name in material.known}
            for number, material in enumerate(self.known, 1)
        ]


def tasks_of(batch: Batch, config: CompareConfig, n_partners: int) -> list[Task]:
    """The tasks of all pairs of a partition; what a stretch tells is a task of its own."""
    known = materials(batch) if n_partners else {}
    by_id = {each.track.track_id: each for each in batch.tracks if each.track.track_id in known}

    def may(one: Track, two: Track) -> bool:
        both = known[one.track_id], known[two.track_id]
        return any(_divided(compared(*both), *both, config))

    pairs = partners_of([each.track for each in by_id.values()], n_partners, config.seed, may)
    found = []
    for track_id, others in pairs.items():
        number = 0
        for other in others:
            both = by_id[track_id], by_id[other.track_id]
            materials_of_both = known[track_id], known[other.track_id]
            rules = compared(*materials_of_both)
            for some, heard in _divided(rules, *materials_of_both, config):
                found.append(Task(both, materials_of_both, some, heard, number))
                number += len(some)
    return found


def _divided(
    rules: Sequence[Compared], one: Material, two: Material, config: CompareConfig
) -> Iterator[tuple[list[Compared], tuple[Span, Span]]]:
    """What a stretch of both tells, and what only the whole of them does."""
    whole = (0.0, one.duration_s), (0.0, two.duration_s)
    short_s = config.heard_s
    local = [
        each
        for each in rules
        if short_s is not None
        and all(is_told_by_a_stretch(each.aspect, known, short_s) for known in (one, two))
    ]
    if local and short_s is not None:
        yield local, (stretch_of(one, short_s), stretch_of(two, short_s))
    others = [each for each in rules if each not in local]
    if others and (config.whole or short_s is None):
        yield others, whole
