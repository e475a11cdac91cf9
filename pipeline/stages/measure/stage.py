"""The stage `measure`: all facts of every track, from what tools heard; it hears nothing itself."""

from functools import partial

from pipeline.engine.stage import Batch, Stage, StageContext, StageResult
from pipeline.stages.measure.chances import calibration_digest
from pipeline.stages.measure.decisions import HeardTrack
from pipeline.stages.measure.facts import HEARD, UNHEARD, measure_track
from schemas.facts import MusicFacts
from schemas.provenance import Rejection
from schemas.record import Record
from schemas.sections import MeasureConfig


def measure_batch(batch: Batch, config: MeasureConfig, context: StageContext) -> StageResult:
    """Facts of every track that was heard.

    Parameters
    ----------
    batch : Batch
        With the rows of what tools heard.
    config : MeasureConfig
    context : StageContext

    Returns
    -------
    StageResult
        A track that one tool's stage rejected keeps what the others heard; the rest is null, as
        `UNHEARD`. One that all rejected is rejected: nothing is known of it.
    """
    rows: dict[str, dict[type[Record], Record]] = {each.track.track_id: {} for each in batch.tracks}
    for model in HEARD:
        for row in batch.of(model):
            rows[row.track_id][model] = row  # type: ignore[attr-defined]
    result = StageResult(inputs=list(rows))
    tracks = [HeardTrack(each.track, rows[each.track.track_id]) for each in batch.tracks]
    for heard in tracks:
        if not heard.rows:
            detail = "see the rejections of the stages that hear"
            track_id = heard.track.track_id
            result.rejected.append(Rejection(row_id=track_id, reason=UNHEARD, detail=detail))
            context.progress(1)
    tracks = [heard for heard in tracks if heard.rows]
    work, limit_s = partial(measure_track, config=config), context.time_limit_s
    for heard, outcome in context.executor.map(work, tracks, time_limit_s=limit_s):
        result.add(heard.track.track_id, outcome)
        context.progress(1)
    return result


STAGE = Stage(
    name="measure",
    version=f"9+{calibration_digest()}",
    makes=MusicFacts,
    reads=HEARD,
    config=MeasureConfig,
    run=measure_batch,
)
