"""The stage `judge`: models that hear the track score every text; accepted rows are MF-Skills."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from pydantic import Field

from pipeline.engine.ask import ask, chat_request
from pipeline.engine.stage import (
    AudioTrack,
    Batch,
    ModelRequest,
    ModelRequests,
    ModelUse,
    Stage,
    StageContext,
    StageResult,
    one_row,
)
from pipeline.stages.lint.texts import Text, texts_of
from schemas.captions import Authorship, RichCaption
from schemas.config import CorpusConfig
from schemas.ids import request_id
from schemas.provenance import Rejection
from schemas.qa import QaPair
from schemas.quality import CRITERIA, Ballot, BlindResult, LintVerdict, Quality, Scores
from schemas.roles import RoleName
from schemas.sections import JudgeConfig
from schemas.usage import Usage
from tools.chat.request import Answer, Clip

PROMPT = "judge"
_MOST_TOKENS = 500
"""Ours: four marks and a sentence."""
JUDGES: tuple[RoleName, ...] = ("judge", "judge_2", "judge_3")


class Judgement(Scores):
    """Marks, and the reason for them."""

    why: str = Field(min_length=1, description="The worst fault in one sentence, or that none is.")


@dataclass(frozen=True)
class Vote:
    """A ballot with the text it belongs to, and its cost."""

    row_id: str
    ballot: Ballot
    usage: Usage


def judge_requests(batch: Batch, config: JudgeConfig) -> ModelRequests[Vote]:
    """One request a judge for every text that is still in the race; all judges are listed.

    Parameters
    ----------
    batch : Batch
        With the rows of `describe`, `question`, `lint` and `blind`.
    config : JudgeConfig

    Returns
    -------
    ModelRequests
    """
    tracks = {each.track.track_id: each for each in batch.tracks}
    verdicts = {row.row_id: row for row in batch.of(LintVerdict)}
    shown = _shown(batch)
    return ModelRequests(
        [
            _request(text, judge, tracks[text.track_id], verdicts[text.row_id], shown, config)
            for text in still_in(batch)
            for judge in JUDGES
        ]
    )


def still_in(batch: Batch) -> list[Text]:
    """The captions that lint let pass, and the pairs that nobody refused so far."""
    captions = {row.row_id for row in batch.of(LintVerdict) if row.kind == "caption"}
    pairs = {row.qa_id for row in batch.of(BlindResult)}
    return [text for text in texts_of(batch) if text.row_id in captions | pairs]


def run_judge(batch: Batch, config: JudgeConfig, context: StageContext) -> StageResult:
    """Ask the judges that are configured, and count their votes.

    Parameters
    ----------
    batch : Batch
        With the rows of `describe`, `question`, `lint` and `blind`.
    config : JudgeConfig
    context : StageContext

    Returns
    -------
    StageResult
        A `Quality` row for every text that a judge scored, accepted or not. Rejections:
        ``not_<criterion>``, by what misses its threshold most, or ``unjudged``: no judge gave a
        usable answer, or a model wrote it and no model heard it.
    """
    made = ask(judge_requests(batch, config).requests, context, n_tracks=len(batch.tracks))
    votes: dict[str, list[Vote]] = defaultdict(list)
    for each in made.values():
        if isinstance(each, Vote):
            votes[each.row_id].append(each)
    silent = {name: each for name, each in made.items() if isinstance(each, Rejection)}
    findings: Mapping[str, LintVerdict] = {row.row_id: row for row in batch.of(LintVerdict)}
    guesses: Mapping[str, BlindResult] = {row.qa_id: row for row in batch.of(BlindResult)}
    result = StageResult(inputs=[])
    for text in still_in(batch):
        result.inputs.append(text.row_id)
        ours = votes[text.row_id]
        if not ours:
            result.rejected.append(_unjudged(text, silent))
            continue
        row = _quality(text, ours, findings[text.row_id], guesses.get(text.row_id), config)
        result.rows.append(row)
        if row.decision == "accepted":
            result.accepted.append(text.row_id)
        elif row.decision == "unjudged":
            result.rejected.append(_unheard(text))
        else:
            result.rejected.append(_rejection(text, row, config))
    return result


def decide(
    authorship: Authorship, ballots: Sequence[Ballot], config: JudgeConfig
) -> Literal["accepted", "rejected", "unjudged"]:
    """What becomes of a text: nobody's word that heard nothing vouches for a model's.

    Parameters
    ----------
    authorship : Authorship
        Of the text.
    ballots : sequence of Ballot
    config : JudgeConfig
    """
    if not _is_carried(ballots, config):
        return "rejected"
    is_heard = any(ballot.authorship.is_model for ballot in ballots)
    if authorship.is_model and not is_heard and not config.release_unjudged:
        return "unjudged"
    return "accepted"


def _is_carried(ballots: Sequence[Ballot], config: JudgeConfig) -> bool:
    """Whether the judges accept, as `config.votes` says."""
    accepting = [ballot.accepts for ballot in ballots]
    if config.votes == "all":
        return all(accepting)
    if config.votes == "any":
        return any(accepting)
    return 2 * sum(accepting) > len(accepting)


def accepts(scores: Scores, config: JudgeConfig) -> bool:
    """Whether every score reaches its threshold."""
    return all(getattr(scores, name) >= least for name, least in config.least.items())


def requests_per_track(config: CorpusConfig, _role: RoleName) -> float:
    """Texts a track, at most; for estimates."""
    return 1.0 + config.question.pairs_per_track


def _shown(batch: Batch) -> Callable[[Text], dict[str, Any]]:
    """What the judge reads of a text."""
    captions: dict[str, RichCaption] = {row.track_id: row for row in batch.of(RichCaption)}
    pairs: dict[str, QaPair] = {row.qa_id: row for row in batch.of(QaPair)}

    def shown(text: Text) -> dict[str, Any]:
        if text.kind == "caption":
            row = captions[text.track_id]
            return {"request": row.instruction, "description": row.caption.split("\n\n")}
        pair = pairs[text.row_id]
        options = {} if pair.options is None else {"options": pair.options}
        return {"question": pair.question, **options, "answer": pair.answer}

    return shown


def _request(
    text: Text,
    judge: RoleName,
    each: AudioTrack,
    verdict: LintVerdict,
    shown: Callable[[Text], dict[str, Any]],
    config: JudgeConfig,
) -> ModelRequest[Vote]:
    row_id = request_id(text.row_id, judge)
    return ModelRequest(
        row_id=row_id,
        track_id=text.track_id,
        chat=chat_request(
            PROMPT,
            {"kind": text.kind, "text": shown(text)},
            form=Judgement,
            clip=Clip(text.track_id, each.path, 0.0, each.track.duration_s),
            facts=(verdict,),
            most_tokens=_MOST_TOKENS,
        ),
        read=one_row(row_id, partial(_vote, text.row_id, judge, config)),
        role=judge,
    )


def _vote(
    row_id: str, judge: RoleName, config: JudgeConfig, answer: Answer, authorship: Authorship
) -> Vote:
    assert isinstance(answer.value, Judgement)
    scores = Scores.model_validate(answer.value.model_dump(exclude={"why"}))
    ballot = Ballot(
        judge=judge,
        scores=scores,
        why=answer.value.why,
        accepts=accepts(scores, config),
        authorship=authorship,
    )
    return Vote(row_id=row_id, ballot=ballot, usage=answer.usage)


def _quality(
    text: Text,
    votes: Sequence[Vote],
    verdict: LintVerdict,
    guessed: BlindResult | None,
    config: JudgeConfig,
) -> Quality:
    ballots = [vote.ballot for vote in votes]
    return Quality(
        row_id=text.row_id,
        track_id=text.track_id,
        kind=text.kind,
        decision=decide(text.authorship, ballots, config),
        ballots=ballots,
        findings=verdict.findings,
        blind_tries=None if guessed is None else guessed.n_tries,
        blind_right=None if guessed is None else guessed.n_right,
        usage=sum((vote.usage for vote in votes), Usage()),
    )


def _rejection(text: Text, row: Quality, config: JudgeConfig) -> Rejection:
    against = [ballot.scores for ballot in row.ballots if not ballot.accepts]
    missing = {
        name: sum(max(0, least - getattr(each, name)) for each in against)
        for name, least in config.least.items()
    }
    summary = "; ".join(
        f"{each.judge}: {', '.join(f'{n} {getattr(each.scores, n)}' for n in CRITERIA)}: {each.why}"
        for each in row.ballots
    )
    worst = max(CRITERIA, key=lambda name: missing[name])
    return Rejection(row_id=text.row_id, reason=f"not_{worst}", detail=summary, raw=text.raw)


def _unheard(text: Text) -> Rejection:
    detail = f"{text.authorship.model} wrote it, and no model heard it: see the role `judge`"
    return Rejection(row_id=text.row_id, reason="unjudged", detail=detail, raw=text.raw)


def _unjudged(text: Text, silent: Mapping[str, Rejection]) -> Rejection:
    names = [request_id(text.row_id, judge) for judge in JUDGES]
    faults = [silent[name] for name in names if name in silent]
    detail = "; ".join(f"{each.row_id}: {each.reason}: {each.detail}" for each in faults)
    return Rejection(row_id=text.row_id, reason="unjudged", detail=detail, raw=text.raw)


STAGE = Stage(
    name="judge",
    version="2",
    makes=Quality,
    reads=(RichCaption, QaPair, LintVerdict, BlindResult),
    config=JudgeConfig,
    hears=True,
    run=run_judge,
    asks=ModelUse(
        role="judge",
        also=("judge_2", "judge_3"),
        prompt=PROMPT,
        prepare=judge_requests,
        typical_tokens=(600, 60),
        n_per_track=requests_per_track,
        hears=JUDGES,
    ),
)
