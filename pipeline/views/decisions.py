"""What became of a track's texts: accepted, or who refused them and why."""

from pipeline.corpus.corpus import TrackRows
from pipeline.views.skills import STAGES as TEXT_STAGES
from pipeline.views.think import STAGES as THINK_STAGES
from schemas.ids import request_id
from schemas.quality import Quality


def decisions(found: TrackRows) -> dict[str, str]:
    """Of the caption (by track id) and the pairs: ``accepted``, or the refusal in words.

    Those of their chains of thought stand under ``<row_id>/thought``. What other stages refused,
    e.g. `structure` the track, is no decision on a text.
    """
    made: dict[str, str] = {row.row_id: row.decision for row in found.of(Quality)}
    for row in found.rejected:
        if row.stage in (*TEXT_STAGES, *THINK_STAGES):
            name = request_id(row.row_id, "thought") if row.stage in THINK_STAGES else row.row_id
            made[name] = f"{row.stage}: {row.reason}: {row.detail}"
    return made
