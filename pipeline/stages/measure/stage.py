"""The stage `measure`: all facts of every track, from what tools heard; it hears nothing itself."""

from functools import partial

from pipeline.engine.stage import Batch, Stage, StageContext, StageResult
from pipeline.stages.measure.facts import UNHEARD, HeardTrack, measure_track
from schemas.facts import Harmony, MusicFacts, Rhythm
from schemas.provenance import Rejection
from schemas.sections import MeasureConfig


def measure_batch(batch: Batch, config: MeasureConfig, context: StageContext) -> StageResult:
    """Facts of every track that was heard.

    Parameters
    ----------
    batch : Batch
        With the rows of `rhythm` and `harmony`.
    config : MeasureConfig
    context : StageContext

    Returns
    -------
    StageResult
        A track that one tool's stage rejected keeps what the other heard; the rest is null, as
        `UNHEARD`. One that both rejected is rejected: nothing is known of it.
    """
    rhythms, harmonies = batch.by_track(Rhythm), batch.by_track(Harmony)
    result = StageResult(inputs=[each.track.track_id for each in batch.tracks])
    tracks = []
    for each in batch.tracks:
        track_id = each.track.track_id
        rhythm = next(iter(rhythms[track_id]), None)
        harmony = next(iter(harmonies[track_id]), None)
        if rhythm is None and harmony is None:
            detail = "see the rejections of rhythm and harmony"
            result.rejected.append(Rejection(row_id=track_id, reason=UNHEARD, detail=detail))
            context.progress(1)
        else:
            tracks.append(HeardTrack(each.track, rhythm, harmony))
    work, limit_s = partial(measure_track, config=config), context.time_limit_s
    for heard, outcome in context.executor.map(work, tracks, time_limit_s=limit_s):
        result.add(heard.track.track_id, outcome)
        context.progress(1)
    return result


STAGE = Stage(
    name="measure",
    version="3",
    makes=MusicFacts,
    reads=(Rhythm, Harmony),
    config=MeasureConfig,
    run=measure_batch,
)
