"""The stage `harden`: what words alone give away is made harder once, and guessed at anew."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from pipeline.engine.ask import ask, asked, chat_request
from pipeline.engine.stage import (
    Batch,
    ModelRequest,
    ModelRequests,
    ModelUse,
    Stage,
    StageContext,
    StageResult,
)
from pipeline.engine.together import ask_together, by_label, label
from pipeline.gates import Asked
from pipeline.lint import Evidence, lint_text
from pipeline.stages.blind.attempts import (
    Attempt,
    attempt_request,
    exams_of,
    groups_of_many_tracks,
)
from pipeline.stages.blind.stage import PROMPT as BLIND_PROMPT
from pipeline.stages.blind.stage import count_right
from pipeline.stages.harden.drafts import (
    HarderDrafts,
    filled_up,
    harder_fault,
    harder_form,
    harder_pair,
)
from pipeline.stages.lint.stage import evidence_of
from pipeline.stages.lint.texts import text_of
from pipeline.stages.question.material import Material, fewer_chords, materials, shown_known
from schemas.captions import Authorship, RichCaption, SegmentCaption
from schemas.config import CorpusConfig
from schemas.facts import MusicFacts
from schemas.lyrics import Lyrics
from schemas.provenance import Rejection
from schemas.qa import QaPair
from schemas.quality import BlindResult, Hardened
from schemas.roles import RoleName
from schemas.sections import HardenConfig
from schemas.tracks import Segment, Track
from schemas.usage import Usage
from tools.chat.request import Answer, ChatRequest

PROMPT = "harden"
_TOKENS_PER_PAIR = 300
"""Ours: a question and seven wrong options, as JSON."""
_MAX_CHORDS = 80
"""Ours: enough to know which chords a track has."""


@dataclass(frozen=True)
class Item:
    """A choice that is made harder."""

    pair: QaPair

    @property
    def row_id(self) -> str:
        """Of the pair."""
        return self.pair.qa_id


@dataclass(frozen=True)
class Candidate:
    """A harder choice that nobody guessed at yet."""

    pair: QaPair
    usage: Usage


def harden_requests(batch: Batch, config: HardenConfig) -> ModelRequests[Candidate]:
    """One request a track, about all its choices that words gave away.

    Parameters
    ----------
    batch : Batch
        With the rows of `segment`, `measure`, `transcribe`, `caption`, `describe`, `question` and
        `blind`.
    config : HardenConfig

    Returns
    -------
    ModelRequests
    """
    by_track: dict[str, list[Item]] = defaultdict(list)
    for pair in guessed_pairs(batch) if config.enabled else ():
        by_track[pair.track_id].append(Item(pair))
    known = materials(batch) if by_track else {}
    return ModelRequests(
        [_request(items, known[track_id], config) for track_id, items in by_track.items()]
    )


def guessed_pairs(batch: Batch) -> list[QaPair]:
    """The choices that words gave away."""
    guessed = {row.qa_id for row in batch.of(BlindResult) if row.is_guessed}
    return [pair for pair in batch.of(QaPair) if pair.qa_id in guessed]


def run_harden(batch: Batch, config: HardenConfig, context: StageContext) -> StageResult:
    """Ask for harder choices, check them, and let them be guessed at.

    Parameters
    ----------
    batch : Batch
        With the rows that this stage reads.
    config : HardenConfig
    context : StageContext

    Returns
    -------
    StageResult
        `Hardened` rows of those that words do not give away any more. Rejections are
        ``blind_answerable``; the detail says what became of the harder choice.
    """
    before = {row.qa_id: row for row in batch.of(BlindResult)}
    made = ask(harden_requests(batch, config).requests, context, n_tracks=len(batch.tracks))
    candidates = {name: each for name, each in made.items() if isinstance(each, Candidate)}
    attempts = _attempts(candidates, before, context)
    evidence = evidence_of(batch) if candidates else {}
    result = StageResult(inputs=[])
    for pair in guessed_pairs(batch):
        result.inputs.append(pair.qa_id)
        first = before[pair.qa_id]
        candidate = candidates.get(pair.qa_id)
        if candidate is None:
            result.rejected.append(_refused(pair, first, made.get(pair.qa_id)))
            continue
        again = count_right(candidate.pair, attempts[pair.qa_id], first.most_right / first.n_tries)
        row = _hardened(candidate, again, evidence[pair.track_id])
        wrong = [each for each in row.findings if each.verdict == "wrong"]
        if again.is_guessed or again.n_right is None or wrong:
            fault = wrong[0].evidence if wrong else f"right in {again.n_right} of {again.n_tries}"
            detail = f"made harder: {candidate.pair.question}: {fault}"
            rejection = Rejection(row_id=pair.qa_id, reason="", detail=detail)
            result.rejected.append(_refused(pair, first, rejection))
        else:
            result.accepted.append(pair.qa_id)
            result.rows.append(row)
    return result


def _attempts(
    candidates: dict[str, Candidate], before: dict[str, BlindResult], context: StageContext
) -> dict[str, list[Attempt]]:
    """As many guesses at each harder choice as at the first, each about another track."""
    exams = [
        exam
        for qa_id, each in candidates.items()
        for exam in exams_of([each.pair], before[qa_id].n_tries)
    ]
    groups = groups_of_many_tracks(exams, _MOST_TOGETHER)
    guess = partial(attempt_request, prompt=BLIND_PROMPT, role="blind")
    found: dict[str, list[Attempt]] = defaultdict(list)
    for made in ask_together(groups, guess, context).values():
        if isinstance(made, Attempt):
            found[made.qa_id].append(made)
    return found


def _request(
    items: Sequence[Item], material: Material, config: HardenConfig
) -> ModelRequest[Candidate]:
    chat = _chat(items, material, config, _MAX_CHORDS)
    return ModelRequest(
        row_id=material.track_id,
        track_id=material.track_id,
        chat=chat,
        read=partial(_candidates, items, material, config, asked(chat)),
    )


def _chat(
    items: Sequence[Item], material: Material, config: HardenConfig, max_chords: int
) -> ChatRequest:
    fewer = fewer_chords(material, max_chords)
    pairs = [
        {"id": label(place), **each.pair.model_dump(include={"question", "answer", "options"})}
        for place, each in enumerate(items, 1)
    ]
    return chat_request(
        PROMPT,
        {
            "known": shown_known(material, max_chords),
            "pairs": pairs,
            "min_options": config.min_options,
            "max_options": config.max_options,
        },
        form=harder_form(len(items), config.max_options),
        facts=(tuple(each.pair for each in items), material, config.options),
        most_tokens=_TOKENS_PER_PAIR * len(items),
        shorter=partial(_chat, items, material, config, fewer) if fewer else None,
    )


def _candidates(
    items: Sequence[Item],
    material: Material,
    config: HardenConfig,
    what: Asked,
    answer: Answer,
    authorship: Authorship,
) -> dict[str, Candidate | Rejection]:
    assert isinstance(answer.value, HarderDrafts)
    made: dict[str, Candidate | Rejection] = {
        each.row_id: Rejection(
            row_id=each.row_id, reason="left_out", detail="nobody made it harder"
        )
        for each in items
    }
    usage = answer.usage
    for each, raw in by_label(items, answer.value.pairs):
        draft = filled_up(raw, each.pair, config.min_options)
        fault = harder_fault(
            draft, each.pair, material, config.options, what, is_model=authorship.is_model
        )
        if fault:
            detail = f"made harder: {draft.question}: {fault[0]}: {fault[1]}"
            made[each.row_id] = Rejection(row_id=each.row_id, reason=fault[0], detail=detail)
            continue
        made[each.row_id] = Candidate(harder_pair(draft, each.pair, authorship), usage)
        usage = Usage()  # of the whole answer; it stands with the first
    return made


def _hardened(candidate: Candidate, again: BlindResult, evidence: Evidence) -> Hardened:
    pair = candidate.pair
    return Hardened(
        qa_id=pair.qa_id,
        track_id=pair.track_id,
        question=pair.question,
        options=pair.options,
        distractors=pair.distractors,
        shuffle_seed=pair.shuffle_seed,
        findings=lint_text(text_of(pair).statement, evidence),
        blind=again,
        authorship=pair.authorship,
        usage=candidate.usage,
    )


def _refused(pair: QaPair, found: BlindResult, why: Candidate | Rejection | None) -> Rejection:
    detail = f"right in {found.n_right} of {found.n_tries} tries without hearing"
    if isinstance(why, Rejection):
        detail += f"; {why.detail}"
    return Rejection(
        row_id=pair.qa_id, reason="blind_answerable", detail=detail, raw=text_of(pair).raw
    )


def requests_per_track(config: CorpusConfig, role: RoleName) -> float:
    """One to the writer, and the tries at what it made harder, at most; for estimates."""
    if not config.harden.enabled or "blind" not in config.roles.played_by_models:
        return 0.0
    return 1.0 if role == "writer" else float(config.blind.tries)


_MOST_TOGETHER = 12
"""As `blind.questions_per_request`."""


STAGE = Stage(
    name="harden",
    version="7",
    makes=Hardened,
    reads=(
        Track, Segment, MusicFacts, Lyrics, SegmentCaption, RichCaption, QaPair, BlindResult,
    ),
    config=HardenConfig,
    run=run_harden,
    asks=ModelUse(
        role="writer",
        also=("blind",),
        prompt=PROMPT,
        also_prompts=(BLIND_PROMPT,),
        prepare=harden_requests,
        typical_tokens=(3000, 500),
        n_per_track=requests_per_track,
    ),
)  # fmt: skip
