"""The stage `reason`: a chain of thought for every chosen row."""

from collections.abc import Mapping
from functools import partial

from pipeline.engine.ask import asked, chat_request
from pipeline.engine.stage import Batch, ModelRequest, ModelRequests, ModelUse, Stage
from pipeline.gates import Asked
from pipeline.stages.difficulty.samples import Sample, accepted_samples
from pipeline.stages.question.material import Material, fewer_chords, materials, shown_known
from pipeline.stages.reason.chain import ChainTask, written
from pipeline.stages.reason.numbered import NumberedChain
from pipeline.stages.reason.prose import ProseChain
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

PROMPT, NUMBERED_PROMPT = "reason", "reason_numbered"


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
    task = ChainTask(config.form, sample, material, config.max_steps)
    chat = _chat(task, config.max_prompt_chords)
    return ModelRequest(
        row_id=sample.row_id,
        track_id=sample.track_id,
        chat=chat,
        read=partial(_rows, task, asked(chat)),
    )


def _chat(task: ChainTask, max_chords: int) -> ChatRequest:
    known = shown_known(task.material, max_chords, task.sample.span)
    fewer = fewer_chords(task.material, max_chords)
    return chat_request(
        PROMPT if task.form == "prose" else NUMBERED_PROMPT,
        {"known": known, "task": task.sample.shown, **task.limits},
        form=task.answer_form,
        facts=(task,),
        most_tokens=task.most_tokens,
        refuses=task.words_fault,
        shorter=partial(_chat, task, fewer) if fewer else None,
    )


def _rows(
    task: ChainTask, what: Asked, answer: Answer, authorship: Authorship
) -> Mapping[str, Trace | Rejection]:
    chain, sample = answer.value, task.sample
    assert isinstance(chain, ProseChain | NumberedChain)
    if fault := task.fault(chain, what if authorship.is_model else None):
        reason, detail = fault
        rejection = Rejection(
            row_id=sample.row_id,
            reason=reason,
            detail=detail,
            raw=chain.model_dump_json(),
        )
        return {sample.row_id: rejection}
    start_s, end_s = sample.span or (None, None)
    found = written(chain, task.material.duration_s)
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
        form=task.form,
        thinking=found.thinking,
        steps=found.steps,
        answer=sample.answer,
        authorship=authorship,
        usage=answer.usage,
    )
    return {sample.row_id: trace}


STAGE = Stage(
    name="reason",
    version="11",
    makes=Trace,
    reads=(
        Segment, MusicFacts, Lyrics, SegmentCaption, RichCaption, QaPair, Hardened, Quality,
        Selected,
    ),
    config=ReasonConfig,
    asks=ModelUse(
        role="reasoner",
        prompt=PROMPT,
        also_prompts=(NUMBERED_PROMPT,),
        prepare=reason_requests,
        typical_tokens=(6000, 1500),
        n_per_track=requests_per_track,
    ),
)  # fmt: skip
