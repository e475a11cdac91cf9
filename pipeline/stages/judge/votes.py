"""What judges are asked: all texts of a track that hear the same, in one request."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from pipeline.engine.ask import at_most, chat_request
from pipeline.engine.hearing import Span, heard_spans, shown_span
from pipeline.engine.stage import AudioTrack, Batch, ModelRequest
from pipeline.engine.together import by_label, group_id, grouped, label, left_out
from pipeline.stages.harden.pairs import pairs_left, verdicts_left
from pipeline.stages.lint.texts import Caption, Text, captions_of
from schemas.captions import Authorship
from schemas.comparison import Comparison
from schemas.digest import digest
from schemas.ids import request_id
from schemas.provenance import Rejection
from schemas.qa import QaPair
from schemas.quality import Ballot, LintVerdict, Scores
from schemas.roles import RoleName
from schemas.sections import JudgeConfig
from schemas.usage import Usage
from tools.chat.request import Answer, Clip

PROMPT = "judge"
COMPARISON_PROMPT = "judge_comparison"
_MOST_TOKENS = 500
"""Ours: four marks and a sentence."""


class Judgement(Scores):
    """Marks of one text, and the reason for them."""

    id: str
    why: str = Field(min_length=1, description="The worst fault in one sentence, or that none is.")


class Judgements(BaseModel):
    """Marks of all texts that were shown."""

    model_config = ConfigDict(extra="forbid")
    texts: list[Judgement]


@cache
def judgements_form(n: int) -> type[Judgements]:
    """The form for so many texts."""
    return create_model("Judgements", __base__=Judgements, texts=(at_most(list[Judgement], n), ...))


@dataclass(frozen=True)
class Question:
    """A text that a judge is asked about.

    Attributes
    ----------
    text : Text
    judge : RoleName
    shown : dict
        What the judge reads of it.
    heard : (float, float)
        What the judge hears, in s.
    each : AudioTrack
    verdict : LintVerdict
    other : Clip or None
        Of a comparison: what the judge hears of recording 2.
    """

    text: Text
    judge: RoleName
    shown: dict[str, Any]
    heard: Span
    each: AudioTrack
    verdict: LintVerdict
    other: Clip | None = None

    @property
    def row_id(self) -> str:
        """Of the request about it."""
        return request_id(self.text.row_id, self.judge)


@dataclass(frozen=True)
class Vote:
    """A ballot with the text it belongs to, and its cost."""

    row_id: str
    ballot: Ballot
    usage: Usage


def questions(
    batch: Batch, texts: Iterable[Text], config: JudgeConfig, judges: Iterable[RoleName]
) -> list[Question]:
    """What judges are asked about texts, track by track."""
    texts_by_id = captions_of(batch) | {row.qa_id: row for row in pairs_left(batch)}
    verdicts = verdicts_left(batch)
    tracks = {each.track.track_id: each for each in batch.tracks}
    by_track: dict[str, list[Text]] = defaultdict(list)
    for text in texts:
        by_track[text.track_id].append(text)
    found = []
    for track_id, ours in by_track.items():
        rows = [texts_by_id[text.row_id] for text in ours]
        duration_s = tracks[track_id].track.duration_s
        heard = heard_spans(map(_about, rows), duration_s, config.context_s)
        found += [
            Question(text, judge, _shown(row), span, tracks[track_id], verdicts[text.row_id])
            for judge in judges
            for text, row, span in zip(ours, rows, heard, strict=True)
        ]
    return found


def comparison_questions(
    batch: Batch, texts: Iterable[Text], judges: Iterable[RoleName]
) -> list[Question]:
    """What judges are asked about comparisons: they hear what was compared."""
    rows = {row.qa_id: row for row in batch.of(Comparison)}
    tracks = {each.track.track_id: each for each in batch.tracks}
    found = []
    for judge in judges:
        for text in texts:
            row = rows[text.row_id]
            other = Clip(
                row.other_id, tracks[row.other_id].audio, row.other_start_s, row.other_end_s
            )
            heard = row.heard_start_s, row.heard_end_s
            verdict = verdict_of(row)
            found.append(
                Question(text, judge, _shown(row), heard, tracks[row.track_id], verdict, other)
            )
    return found


def verdict_of(row: Comparison) -> LintVerdict:
    """What was found of a comparison's words, as `lint` tells it of others."""
    return LintVerdict(row_id=row.qa_id, track_id=row.track_id, kind="qa", findings=row.findings)


def groups_of(asked: Iterable[Question], config: JudgeConfig) -> list[list[Question]]:
    """Those that one request asks, each group begun at another place.

    So no kind of text stands always at the same place: a judge who is kinder to the first or the
    last is so to all alike, and `Ballot.place` shows it.
    """
    groups = grouped(
        asked,
        lambda each: (each.judge, each.text.track_id, each.heard, each.other),
        config.texts_per_request,
    )
    return [_rotated(group) for group in groups]


def vote_request(group: Sequence[Question], config: JudgeConfig) -> ModelRequest[Vote]:
    """Ask one judge about texts of one track, or of one two; its answer becomes a `Vote` each."""
    first = group[0]
    track = first.each.track
    start_s, end_s = first.heard
    texts = [{"id": label(place), **each.shown} for place, each in enumerate(group, 1)]
    values: dict[str, Any] = {"texts": texts}
    if first.other is None:
        values["heard"] = shown_span(first.heard, track.duration_s)
    return ModelRequest(
        row_id=group_id(group),
        track_id=track.track_id,
        chat=chat_request(
            PROMPT if first.other is None else COMPARISON_PROMPT,
            values,
            form=judgements_form(len(group)),
            clip=Clip(track.track_id, first.each.audio, start_s, end_s),
            second=first.other,
            facts=(tuple(each.verdict for each in group),),
            most_tokens=_MOST_TOKENS * len(group),
        ),
        read=partial(_votes, group, config),
        role=first.judge,
    )


def accepts(scores: Scores, config: JudgeConfig) -> bool:
    """Whether every score reaches its threshold."""
    return all(getattr(scores, name) >= least for name, least in config.least.items())


def _rotated(group: list[Question]) -> list[Question]:
    start = int(digest([each.row_id for each in group])[:8], 16) % len(group)
    return group[start:] + group[:start]


def _about(row: QaPair | Caption) -> Span | None:
    return row.about if isinstance(row, QaPair) else None


def _shown(row: QaPair | Caption) -> dict[str, Any]:
    if not isinstance(row, QaPair):
        return {"request": row.instruction, "description": row.caption.split("\n\n")}
    options = {} if row.options is None else {"options": row.options}
    why = {} if row.rationale is None else {"why": row.rationale}
    return {"question": row.question, **options, "answer": row.answer, **why}


def _votes(
    group: Sequence[Question], config: JudgeConfig, answer: Answer, authorship: Authorship
) -> dict[str, Vote | Rejection]:
    assert isinstance(answer.value, Judgements)
    places = {each.row_id: place for place, each in enumerate(group, 1)}
    made: dict[str, Vote | Rejection] = {}
    usage = answer.usage
    for each, marks in by_label(group, answer.value.texts):
        place = places[each.row_id], len(group)
        ballot = _ballot(each, marks, place, config, authorship)
        made[each.row_id] = Vote(each.text.row_id, ballot, usage)
        usage = Usage()  # of the whole answer; it stands in the first vote
    if not made:
        made[group_id(group)] = left_out(group, answer)
    return made


def _ballot(
    question: Question,
    marks: Judgement,
    place: tuple[int, int],
    config: JudgeConfig,
    authorship: Authorship,
) -> Ballot:
    scores = Scores.model_validate(marks.model_dump(exclude={"id", "why"}))
    return Ballot(
        judge=question.judge,
        scores=scores,
        why=marks.why,
        accepts=accepts(scores, config),
        heard_start_s=question.heard[0],
        heard_end_s=question.heard[1],
        place=place[0],
        n_together=place[1],
        authorship=authorship,
    )
