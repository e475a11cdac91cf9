"""The stage `measure`: all facts of every track."""

from functools import partial

from pipeline.engine.stage import Stage, for_each_track
from pipeline.stages.measure.facts import measure_needs, measure_track
from schemas.facts import MusicFacts
from schemas.sections import MeasureConfig

STAGE = Stage(
    name="measure",
    version="3",
    makes=MusicFacts,
    reads=(),
    config=MeasureConfig,
    hears=True,
    run=partial(for_each_track, measure_track),
    needs=measure_needs,
)
