"""The stage `reason`: a chain of thought for every chosen row."""

from collections.abc import Mapping
from functools import partial

from pipeline.engine.ask import asked, chat_request
from pipeline.engine.stage import Batch, ModelRequest, ModelRequests, ModelUse, Stage
from pipeline.gates import Asked
from pipeline.stages.difficulty.samples import Sample, accepted_samples
from pipeline.stages.question.material import Material, fewer_chords, materials, shown_known
from pipeline.stages.reason.chain import (
    TOKENS_PER_STEP,
    Chain,
    chain_fault,
    chain_form,
    steps_of,
    words_fault,
)
from schemas.captions import Authorship, RichCaption, SegmentCaption
from schemas.config import CorpusConfig
from schemas.facts import MusicFacts
from schemas.lyrics import Lyrics
from schemas.provenance import Rejection
from schemas.qa import QaPair
from schemas.quality import Hardened, Quality
from schemas.roles import RoleName
from schemas.sections import ReasonConfig
from schemas.thought import Selected, Trace
from schemas.tracks import Segment
from tools.chat.request import Answer, ChatRequest

PROMPT = "reason"


def reason_requests(batch: Batch, config: ReasonConfig) -> ModelRequests[Trace]:
    """One request for every selected row.

    Parameters
    ----------
    batch : Batch
        With the rows of `segment`, `measure`, `caption`, `describe`, `question`, `judge` and
        `select`.
    config : ReasonConfig

    Returns
    -------
    ModelRequests
    """
    known = materials(batch)
    return ModelRequests(
        [_request(sample, known[sample.track_id], config) for sample in selected_samples(batch)]
    )


def selected_samples(batch: Batch) -> list[Sample]:
    """The selected ones among the accepted rows."""
    selected = {row.row_id for row in batch.of(Selected)}
    return [each for each in accepted_samples(batch) if each.row_id in selected]


def requests_per_track(config: CorpusConfig, _role: RoleName) -> float:
    """Chains a track; for estimates."""
    share = config.question.multiple_choice_share
    return config.select.share * (1.0 + config.pairs_per_track * share)


def _request(sample: Sample, material: Material, config: ReasonConfig) -> ModelRequest[Trace]:
    chat = _chat(sample, material, config, config.max_prompt_chords)
    return ModelRequest(
        row_id=sample.row_id,
        track_id=sample.track_id,
        chat=chat,
        read=partial(_rows, sample, tuple(material.known), asked(chat), config),
    )


def _chat(sample: Sample, material: Material, config: ReasonConfig, max_chords: int) -> ChatRequest:
    known = shown_known(material, max_chords, sample.span)
    fewer = fewer_chords(material, max_chords)
    return chat_request(
        PROMPT,
        {"known": known, "task": sample.shown, "max_steps": config.max_steps},
        form=chain_form(tuple(known), sample.pair is not None, config.max_steps),
        facts=(sample, material, config.max_steps),
        most_tokens=TOKENS_PER_STEP * config.max_steps,
        refuses=words_fault,
        shorter=partial(_chat, sample, material, config, fewer) if fewer else None,
    )


def _rows(
    sample: Sample,
    known: tuple[str, ...],
    what: Asked,
    config: ReasonConfig,
    answer: Answer,
    authorship: Authorship,
) -> Mapping[str, Trace | Rejection]:
    chain = answer.value
    assert isinstance(chain, Chain)
    fault = chain_fault(chain, sample, known, config.max_steps)
    if fault is None and authorship.is_model:
        fault = words_fault(chain, what)
    if fault is not None:
        reason, detail = fault
        rejection = Rejection(
            row_id=sample.row_id,
            reason=reason,
            detail=detail,
            raw=chain.model_dump_json(),
        )
        return {sample.row_id: rejection}
    start_s, end_s = sample.span or (None, None)
    trace = Trace(
        row_id=sample.row_id,
        track_id=sample.track_id,
        kind=sample.kind,
        skill=sample.skill,
        prompt=sample.prompt,
        options=sample.options,
        gold_answer=sample.gold_answer,
        about_start_s=start_s,
        about_end_s=end_s,
        steps=steps_of(chain),
        answer=sample.answer,
        authorship=authorship,
        usage=answer.usage,
    )
    return {sample.row_id: trace}


STAGE = Stage(
    name="reason",
    version="4",
    makes=Trace,
    reads=(
        Segment, MusicFacts, Lyrics, SegmentCaption, RichCaption, QaPair, Hardened, Quality,
        Selected,
    ),
    config=ReasonConfig,
    asks=ModelUse(
        role="reasoner",
        prompt=PROMPT,
        prepare=reason_requests,
        typical_tokens=(6000, 1500),
        n_per_track=requests_per_track,
    ),
)  # fmt: skip
