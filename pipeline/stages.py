"""The stages of a build, in order."""

from functools import partial

from pipeline.measure import measure_track
from pipeline.segment import segment_track
from pipeline.stage import Stage, for_each_track
from schemas.facts import MusicFacts
from schemas.tracks import Segment

STAGES = (
    Stage(
        name="segment",
        version="1",
        makes=Segment,
        reads=("audio",),
        run=partial(for_each_track, segment_track, "segment"),
    ),
    Stage(
        name="measure",
        version="1",
        makes=MusicFacts,
        reads=("audio",),
        run=partial(for_each_track, measure_track, "measure"),
    ),
)
