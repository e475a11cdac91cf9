"""The stage `factcheck`: every step of a chain held against the facts, and heard.

Chains with too many wrong steps are discarded; others with errors are written again with the
verdicts in hand, and checked again, a bounded number of times. A step that was checked is not asked
about again within its chain. Accepted rows are MF-Think.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from pipeline.engine.ask import ask
from pipeline.engine.hearing import heard_spans
from pipeline.engine.stage import (
    Batch,
    ModelRequests,
    ModelUse,
    Stage,
    StageContext,
    StageResult,
)
from pipeline.engine.together import ask_together, grouped
from pipeline.lint import Evidence, lint_text
from pipeline.stages.difficulty.samples import Sample
from pipeline.stages.factcheck.requests import (
    CHECK_PROMPT,
    CONFIRM_PROMPT,
    REWRITE_NUMBERED_PROMPT,
    REWRITE_PROMPT,
    CheckedStep,
    Rewritten,
    StepQuestion,
    check_request,
    rewrite_request,
)
from pipeline.stages.factcheck.verdicts import judge_round, wrong_share
from pipeline.stages.lint.stage import evidence_of
from pipeline.stages.question.material import Material, materials
from pipeline.stages.reason.chain import ChainTask, Written, completion_of
from pipeline.stages.reason.stage import selected_samples
from schemas.captions import Authorship, RichCaption, SegmentCaption
from schemas.config import CorpusConfig
from schemas.facts import MusicFacts
from schemas.ids import request_id
from schemas.lyrics import Lyrics
from schemas.provenance import Rejection
from schemas.qa import QaPair
from schemas.quality import Hardened, Quality
from schemas.roles import RoleName
from schemas.sections import FactcheckConfig
from schemas.thought import (
    CheckedThought,
    CheckRound,
    RoundOutcome,
    Selected,
    StepVerdict,
    ThoughtStep,
    Trace,
)
from schemas.tracks import Segment, Track
from schemas.usage import Usage
from tools.chat.request import Clip

_TYPICAL_STEPS = 6


@dataclass
class Case:
    """A chain and how it fared so far."""

    trace: Trace
    sample: Sample
    material: Material
    evidence: Evidence
    clip: Clip
    duration_s: float
    text: Written
    authorship: Authorship
    known: dict[str, StepVerdict] = field(default_factory=dict)
    rounds: list[CheckRound] = field(default_factory=list)
    costs: list[Usage] = field(default_factory=list)
    spent: Usage = field(default_factory=Usage)
    rejection: Rejection | None = None
    is_open: bool = True

    @property
    def steps(self) -> list[ThoughtStep]:
        """Of the chain as it stands."""
        return self.text.steps

    @property
    def is_heard(self) -> bool:
        """Whether a model heard a step, or none wrote them."""
        heard = any(self.known[step.text].authorship.is_model for step in self.steps)
        return heard or not self.authorship.is_model

    def reject(self, reason: str, detail: str, raw: str | None = None) -> None:
        """Close the case."""
        self.rejection = Rejection(
            row_id=self.trace.row_id, reason=reason, detail=detail, raw=raw or self.text.thinking
        )
        self.is_open = False

    def end_round(self, outcome: RoundOutcome) -> None:
        """Write down what was found of the steps as they stand."""
        verdicts = [self.known[step.text] for step in self.steps]
        share = wrong_share([each.opinion for each in verdicts])
        self.rounds.append(
            CheckRound(
                thinking=self.text.thinking,
                steps=self.steps,
                verdicts=verdicts,
                wrong_share=float(share),
                outcome=outcome,
                authorship=self.authorship,
            )
        )
        self.costs.append(self.spent)
        self.spent = Usage()

    def to_row(self) -> CheckedThought:
        """The row of a closed case."""
        completion = (
            completion_of(self.text.thinking, self.trace.answer, is_choice=self.trace.kind == "qa")
            if self.rejection is None
            else None
        )
        copied = self.trace.model_dump(
            exclude={"thinking", "steps", "answer", "authorship", "usage"}
        )
        return CheckedThought(
            **copied,
            decision="accepted" if self.rejection is None else "rejected",
            completion=completion,
            n_rewrites=sum(each.outcome == "rewritten" for each in self.rounds),
            rounds=self.rounds,
            round_usage=self.costs,
            authorship=self.authorship,
            usage=sum(self.costs, self.spent),
        )


def check_requests(batch: Batch, config: FactcheckConfig) -> ModelRequests[CheckedStep]:
    """The requests of the first round: one for all chains that hear the same, or some.

    Parameters
    ----------
    batch : Batch
        With the rows of `segment`, `measure`, `caption`, `describe`, `question`, `judge`,
        `select` and `reason`.
    config : FactcheckConfig

    Returns
    -------
    ModelRequests
    """
    groups = _open_steps(_cases(batch, config), config)
    return ModelRequests([check_request(group, config) for group in groups])


def run_factcheck(batch: Batch, config: FactcheckConfig, context: StageContext) -> StageResult:
    """Check and rewrite, round by round.

    Parameters
    ----------
    batch : Batch
        As for `check_requests`.
    config : FactcheckConfig
    context : StageContext

    Returns
    -------
    StageResult
        A `CheckedThought` row for every chain, accepted or not. Rejections: ``wrong_share``,
        ``not_corrected``, ``unchecked`` (the checker gave no usable answer about a step, or a
        model wrote the chain and no model heard it), and of a chain written again why there was
        no usable answer or what is wrong with it (`pipeline.stages.reason.chain`), e.g.
        ``not_gold``.
    """
    cases = _cases(batch, config)
    left = Counter(case.trace.track_id for case in cases)
    context.progress(len(batch.tracks) - len(left))
    open_cases = cases
    while open_cases:
        _check(open_cases, config, context)
        _rewrite([case for case in open_cases if case.is_open], config, context)
        for case in open_cases:
            left[case.trace.track_id] -= not case.is_open
        done = [track_id for track_id, n in left.items() if n == 0]
        context.progress(len(done))
        for track_id in done:
            del left[track_id]
        open_cases = [case for case in open_cases if case.is_open]
    return StageResult(
        inputs=[case.trace.row_id for case in cases],
        accepted=[case.trace.row_id for case in cases if case.rejection is None],
        rows=[case.to_row() for case in cases],
        rejected=[case.rejection for case in cases if case.rejection is not None],
    )


def requests_per_track(config: CorpusConfig, role: RoleName) -> float:
    """Hearings a track, or chains that may be written again; for estimates."""
    share = config.question.multiple_choice_share
    n_chains = config.select.share * (1.0 + config.pairs_per_track * share)
    if role != "checker":
        return n_chains * config.factcheck.max_rewrites
    is_plain = config.factcheck.verdicts == "yes_no"
    most = 1 if is_plain else config.factcheck.steps_per_request
    return float(-(-n_chains * _TYPICAL_STEPS // most))


def _cases(batch: Batch, config: FactcheckConfig) -> list[Case]:
    tracks = {each.track.track_id: each for each in batch.tracks}
    known, evidence = materials(batch), evidence_of(batch)
    samples = {sample.row_id: sample for sample in selected_samples(batch)}
    cases = []
    for trace in batch.of(Trace):
        each, sample = tracks[trace.track_id], samples[trace.row_id]
        duration_s = each.track.duration_s
        (heard,) = heard_spans([sample.span], duration_s, config.context_s)
        cases.append(
            Case(
                trace=trace,
                sample=sample,
                material=known[trace.track_id],
                evidence=evidence[trace.track_id],
                clip=Clip(trace.track_id, each.audio, *heard),
                duration_s=duration_s,
                text=Written(trace.thinking, trace.steps),
                authorship=trace.authorship,
            )
        )
    return cases


def _open_steps(cases: Sequence[Case], config: FactcheckConfig) -> list[list[StepQuestion]]:
    """The steps that nothing is known of yet, by what is heard; equal steps of a chain are one."""
    asked: list[StepQuestion] = []
    for case in cases:
        new = {step.text: step for step in reversed(case.steps) if step.text not in case.known}
        asked += [
            StepQuestion(
                row_id=_step_id(case, number),
                step=step,
                sample=case.sample,
                thinking=case.text.thinking if case.trace.form == "prose" else None,
                clip=case.clip,
                duration_s=case.duration_s,
                findings=lint_text(step.text, case.evidence),
            )
            for number, step in enumerate(case.steps)
            if new.get(step.text) is step
        ]
    most = 1 if config.verdicts == "yes_no" else config.steps_per_request
    return grouped(asked, lambda each: each.clip, most)


def _check(cases: Sequence[Case], config: FactcheckConfig, context: StageContext) -> None:
    """One round: verdicts on all steps, and what becomes of the chains."""
    to_request = partial(check_request, config=config)
    made = ask_together(_open_steps(cases, config), to_request, context)
    faults = {name: each for name, each in made.items() if isinstance(each, Rejection)}
    for case in cases:
        names = [_step_id(case, number) for number in range(len(case.steps))]
        for name, step in zip(names, case.steps, strict=True):
            if isinstance(found := made.get(name), CheckedStep):
                case.known[step.text] = found.verdict
                case.spent += found.usage
        if silent := [faults[name] for name in names if name in faults]:
            summary = "; ".join(f"{each.row_id}: {each.reason}: {each.detail}" for each in silent)
            case.reject("unchecked", summary)
            continue
        if not (config.release_unchecked or case.is_heard):
            model = case.authorship.model
            case.reject("unchecked", f"{model} wrote it, and no model heard it: see `checker`")
            continue
        opinions = [case.known[step.text].opinion for step in case.steps]
        n_left = config.max_rewrites - len(case.rounds)
        outcome, reason = judge_round(opinions, config.max_wrong_share, n_left)
        if outcome == "rewritten":
            continue  # the round ends with the rewriting, and what it costs
        case.end_round(outcome)
        case.is_open = False
        if outcome == "discarded":
            counts = Counter(opinions)
            summary = f"of {len(opinions)} steps {counts['wrong']} wrong"
            case.reject(reason, f"{summary}, {counts['minor_error']} with minor errors")


def _rewrite(cases: Sequence[Case], config: FactcheckConfig, context: StageContext) -> None:
    """Chains with errors, written again."""
    for case in cases:
        case.end_round("rewritten")
    requests = [
        rewrite_request(_chain_id(case), case.rounds[-1], _task(case), config.max_prompt_chords)
        for case in cases
    ]
    made = ask(requests, context)
    for case in cases:
        new = made[_chain_id(case)]
        if isinstance(new, Rewritten):
            case.text, case.authorship = new.text, new.authorship
            case.costs[-1] += new.usage
        else:
            case.reject(new.reason, f"written again: {new.detail}", new.raw)


def _task(case: Case) -> ChainTask:
    """The chain as it is to be written again: it gets no more steps."""
    return ChainTask(case.trace.form, case.sample, case.material, len(case.steps))


def _step_id(case: Case, number: int) -> str:
    return request_id(case.trace.row_id, f"r{len(case.rounds)}s{number}")


def _chain_id(case: Case) -> str:
    return request_id(case.trace.row_id, f"r{len(case.rounds)}")


STAGE = Stage(
    name="factcheck",
    version="14",
    makes=CheckedThought,
    reads=(
        Track, Segment, MusicFacts, Lyrics, SegmentCaption, RichCaption, QaPair, Hardened, Quality,
        Selected,
        Trace,
    ),
    config=FactcheckConfig,
    hears=True,
    run=run_factcheck,
    asks=ModelUse(
        role="checker",
        also=("reasoner",),
        prompt=CHECK_PROMPT,
        also_prompts=(CONFIRM_PROMPT, REWRITE_PROMPT, REWRITE_NUMBERED_PROMPT),
        prepare=check_requests,
        typical_tokens=(550, 160),
        n_per_track=requests_per_track,
        hears=("checker",),
    ),
)  # fmt: skip
