"""The stage `properties`: what is sure of tempo, metre, keys and chords, asked for and told."""

from pipeline.engine.stage import Batch, Stage, StageContext, StageResult
from pipeline.stages.properties.questions import WORDINGS, told_properties
from schemas.captions import Authorship
from schemas.digest import digest
from schemas.facts import MusicFacts
from schemas.ids import property_id
from schemas.properties import Property
from schemas.provenance import Rejection
from schemas.sections import PropertiesConfig

AUTHORSHIP = Authorship(
    role="writer",
    engine="builtin/facts",
    model="-",
    prompt="properties@1",
    prompt_hash=digest({name: list(words) for name, words in WORDINGS.items()}),
)


def tell_properties(batch: Batch, config: PropertiesConfig, context: StageContext) -> StageResult:
    """Ask for the properties of every track, and tell them.

    Parameters
    ----------
    batch : Batch
        With the rows of `measure`.
    config : PropertiesConfig
    context : StageContext

    Returns
    -------
    StageResult
        Rows are `Property`. Tracks of which nothing is sure are rejected as ``nothing_sure``.
    """
    result = StageResult(inputs=[])
    for facts in batch.of(MusicFacts):
        rows = _rows(facts, config)
        if not rows:
            result.inputs.append(facts.track_id)
            result.rejected.append(
                Rejection(row_id=facts.track_id, reason="nothing_sure", detail="no property is")
            )
        result.inputs += [row.property_id for row in rows]
        result.accepted += [row.property_id for row in rows]
        result.rows += rows
    context.progress(len(batch.tracks))
    return result


def _rows(facts: MusicFacts, config: PropertiesConfig) -> list[Property]:
    own = sum(map(ord, facts.track_id))
    rows = []
    for number, told in enumerate(told_properties(facts, config)):
        start_s, end_s = told.stretch or (None, None)
        rows.append(
            Property(
                property_id=property_id(facts.track_id, number),
                track_id=facts.track_id,
                property=told.property,
                question=told.question(own + number),
                answer=told.answer,
                about_start_s=start_s,
                about_end_s=end_s,
                authorship=AUTHORSHIP,
            )
        )
    return rows


STAGE = Stage(
    name="properties",
    version="1",
    makes=Property,
    reads=(MusicFacts,),
    config=PropertiesConfig,
    run=tell_properties,
)
