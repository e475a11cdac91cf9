"""The stage `reason`: a chain of thought for every chosen row."""

from collections.abc import Mapping
from functools import partial

from pipeline.builtin.reason import plain_chain
from pipeline.engine.stage import Batch, Question, Questions
from pipeline.prompts import load_prompt
from pipeline.stages.difficulty.samples import Sample, accepted_samples
from pipeline.stages.question.material import Material, materials, shown_known
from pipeline.stages.reason.chain import Chain, chain_fault, chain_form, steps_of
from schemas.captions import Authorship
from schemas.config import CorpusConfig
from schemas.provenance import Rejection
from schemas.roles import RoleName
from schemas.sections import ReasonConfig
from schemas.thought import Trace
from tools.chat.request import Answer, ChatRequest

PROMPT = "reason"


def reason_questions(batch: Batch, config: ReasonConfig) -> Questions:
    """One request for every chosen row.

    Parameters
    ----------
    batch : Batch
        With the rows of `segment`, `measure`, `caption`, `describe`, `question`, `judge` and
        `choose`.
    config : ReasonConfig

    Returns
    -------
    Questions
    """
    known = materials(batch)
    return Questions(
        [_question(sample, known[sample.track_id], config) for sample in chosen_samples(batch)], []
    )


def chosen_samples(batch: Batch) -> list[Sample]:
    """The chosen ones among the accepted rows."""
    chosen = {row.row_id for row in batch.rows["choose"]}
    return [each for each in accepted_samples(batch) if each.row_id in chosen]


def requests_per_track(config: CorpusConfig, _role: RoleName) -> float:
    """Chains a track; for estimates."""
    share = config.question.multiple_choice_share
    return config.choose.share * (1.0 + config.question.pairs_per_track * share)


def _question(sample: Sample, material: Material, config: ReasonConfig) -> Question:
    known = shown_known(material, config.max_prompt_chords, sample.span)
    system, user = load_prompt(PROMPT).render(
        known=known, task=sample.shown, max_steps=config.max_steps
    )
    return Question(
        row_id=sample.row_id,
        track_id=sample.track_id,
        request=ChatRequest(
            system,
            user,
            lambda _: plain_chain(sample, material, config.max_steps),
            form=chain_form(tuple(known), sample.pair is not None),
        ),
        to_rows=partial(_rows, sample, tuple(known), config),
    )


def _rows(
    sample: Sample,
    known: tuple[str, ...],
    config: ReasonConfig,
    answer: Answer,
    authorship: Authorship,
) -> Mapping[str, Trace | Rejection]:
    chain = answer.value
    assert isinstance(chain, Chain)
    if fault := chain_fault(chain, sample, known, config.max_steps):
        reason, detail = fault
        rejection = Rejection(
            row_id=sample.row_id,
            stage="reason",
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
        start_s=start_s,
        end_s=end_s,
        steps=steps_of(chain),
        answer=sample.answer,
        authorship=authorship,
        usage=answer.usage,
    )
    return {sample.row_id: trace}
