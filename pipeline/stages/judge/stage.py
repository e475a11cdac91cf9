"""The stage `judge`: models that hear the track score every text; accepted rows are MF-Skills."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Literal

from pipeline.engine.stage import (
    Batch,
    ModelRequests,
    ModelUse,
    Stage,
    StageContext,
    StageResult,
)
from pipeline.engine.together import ask_together
from pipeline.stages.compare.stage import heard_s_per_track, tasks_per_track
from pipeline.stages.harden.pairs import pairs_left, verdicts_left
from pipeline.stages.judge.votes import (
    COMPARISON_PROMPT,
    PROMPT,
    Question,
    Vote,
    comparison_questions,
    groups_of,
    questions,
    verdict_of,
    vote_request,
)
from pipeline.stages.lint.texts import Text, captions_of, text_of, texts_of
from schemas.captions import Authorship, RefinedCaption, RichCaption, ToldCaption
from schemas.comparison import Comparison
from schemas.config import CorpusConfig
from schemas.ids import request_id
from schemas.provenance import Rejection
from schemas.qa import QaPair
from schemas.quality import CRITERIA, Ballot, BlindResult, Hardened, LintVerdict, Quality
from schemas.roles import RoleName
from schemas.sections import JudgeConfig
from schemas.usage import Usage

JUDGES: tuple[RoleName, ...] = ("judge", "judge_2", "judge_3")


def judge_requests(batch: Batch, config: JudgeConfig) -> ModelRequests[Vote]:
    """What is asked first: all texts of a track that are still in the race, some at once.

    Parameters
    ----------
    batch : Batch
        With the rows of `describe`, `question`, `compare`, `lint` and `blind`.
    config : JudgeConfig

    Returns
    -------
    ModelRequests
        Of all judges, configured or not; of the first one only where `config.cascade` is set.
    """
    judges = JUDGES[:1] if config.cascade else JUDGES
    asked = _asked(batch, still_in(batch), config, judges)
    return ModelRequests([vote_request(group, config) for group in groups_of(asked, config)])


def still_in(batch: Batch) -> list[Text]:
    """The captions that lint let pass, and the pairs and comparisons that nobody refused so far."""
    told = {row.row_id for row in batch.of(LintVerdict) if row.kind == "caption"}
    captions = {name: row for name, row in captions_of(batch).items() if name in told}
    return texts_of(captions, [*pairs_left(batch), *_comparisons(batch, guessed=False)])


def _comparisons(batch: Batch, *, guessed: bool) -> list[Comparison]:
    """Those that words give away, or do not; none is made harder: its options are all there are."""
    by_id = {row.qa_id: row for row in batch.of(BlindResult)}
    return [row for row in batch.of(Comparison) if by_id[row.qa_id].is_guessed == guessed]


def _asked(
    batch: Batch, texts: Sequence[Text], config: JudgeConfig, judges: Sequence[RoleName]
) -> list[Question]:
    """What judges are asked: of each track, and of each two recordings."""
    of_two = {row.qa_id for row in batch.of(Comparison)}
    of_one = [each for each in texts if each.row_id not in of_two]
    compared = [each for each in texts if each.row_id in of_two]
    return [
        *questions(batch, of_one, config, judges),
        *comparison_questions(batch, compared, judges),
    ]


def run_judge(batch: Batch, config: JudgeConfig, context: StageContext) -> StageResult:
    """Ask the judges that are configured, and count their votes.

    Parameters
    ----------
    batch : Batch
        With the rows of `describe`, `question`, `compare`, `lint` and `blind`.
    config : JudgeConfig
    context : StageContext

    Returns
    -------
    StageResult
        A `Quality` row for every text that a judge scored, accepted or not. Rejections:
        ``not_<criterion>``, by what misses its threshold most, ``unjudged``: no judge gave a
        usable answer, or a model wrote it and no model heard it, or ``blind_answerable``: words
        give the answer of a comparison away.
    """
    votes, silent = _votes(batch, config, context)
    findings = verdicts_left(batch)
    findings |= {row.qa_id: verdict_of(row) for row in batch.of(Comparison)}
    guesses = {row.qa_id: row for row in batch.of(BlindResult)}
    guesses |= {row.qa_id: row.blind for row in batch.of(Hardened)}
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
    for each in _comparisons(batch, guessed=True):
        result.inputs.append(each.qa_id)
        result.rejected.append(_guessed(text_of(each), guesses[each.qa_id]))
    return result


def _votes(
    batch: Batch, config: JudgeConfig, context: StageContext
) -> tuple[dict[str, list[Vote]], dict[str, Rejection]]:
    """The votes on each text, and why there are none of some judges."""
    votes: dict[str, list[Vote]] = defaultdict(list)
    silent: dict[str, Rejection] = {}
    texts = still_in(batch)
    rounds = [[judge] for judge in JUDGES] if config.cascade else [JUDGES]
    for number, judges in enumerate(rounds):
        open_texts = [each for each in texts if is_open(votes[each.row_id], config)]
        groups = groups_of(_asked(batch, open_texts, config, judges), config)
        n_tracks = None if number else len(batch.tracks)
        made = ask_together(
            groups, partial(vote_request, config=config), context, n_tracks=n_tracks
        )
        for name, each in made.items():
            if isinstance(each, Vote):
                votes[each.row_id].append(each)
            else:
                silent[name] = each
    return votes, silent


def is_open(votes: Sequence[Vote], config: JudgeConfig) -> bool:
    """Whether the next judge of a cascade is needed: nobody voted, or some mark is near."""
    if not votes:
        return True
    last = votes[-1].ballot.scores
    worst: int = min(getattr(last, name) - least for name, least in config.least.items())
    return -config.cascade_margin <= worst < config.cascade_margin


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
    if config.cascade:
        return accepting[-1]
    if config.votes == "all":
        return all(accepting)
    if config.votes == "any":
        return any(accepting)
    return 2 * sum(accepting) > len(accepting)


def requests_per_track(config: CorpusConfig, _role: RoleName) -> float:
    """Requests a track, if no question is about a stretch; for estimates."""
    n_texts = 1 + config.pairs_per_track
    return float(-(-n_texts // config.judge.texts_per_request) + tasks_per_track(config))


def _heard_s(config: CorpusConfig, _role: RoleName, duration_s: float) -> float:
    """Of a track, once for each request about it alone; and of what it is compared with."""
    n_alone = -(-(1 + config.pairs_per_track) // config.judge.texts_per_request)
    return n_alone * duration_s + heard_s_per_track(config, duration_s)


def cascade_from(config: CorpusConfig, role: RoleName) -> RoleName | None:
    """The first judge, for the others of a cascade; for estimates."""
    return JUDGES[0] if config.judge.cascade and role != JUDGES[0] else None


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


def _guessed(text: Text, guess: BlindResult) -> Rejection:
    detail = f"right in {guess.n_right} of {guess.n_tries} without hearing"
    return Rejection(row_id=text.row_id, reason="blind_answerable", detail=detail, raw=text.raw)


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
    version="5",
    makes=Quality,
    reads=(
        RefinedCaption,
        RichCaption,
        ToldCaption,
        QaPair,
        Comparison,
        LintVerdict,
        BlindResult,
        Hardened,
    ),
    config=JudgeConfig,
    hears=True,
    run=run_judge,
    asks=ModelUse(
        role="judge",
        also=("judge_2", "judge_3"),
        prompt=PROMPT,
        also_prompts=(COMPARISON_PROMPT,),
        prepare=judge_requests,
        typical_tokens=(1400, 350),
        n_per_track=requests_per_track,
        cascade_from=cascade_from,
        hears=JUDGES,
        heard_s_per_track=_heard_s,
    ),
)
