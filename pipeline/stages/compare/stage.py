"""The stage `compare`: recordings of a partition held against each other, two by two.

Which option is right is computed from facts that are sure of both. The words of a question are
those of the writer, or of the questioner, who hears both recordings. Partners are of one partition:
so no step waits for all others, none reads what lies elsewhere, and new tracks change no old rows.
"""

from collections.abc import Mapping
from functools import partial

from pipeline.engine.ask import asked, chat_request
from pipeline.engine.stage import Batch, ModelRequest, ModelRequests, ModelUse, Stage
from pipeline.gates import Asked
from pipeline.lint import Evidence
from pipeline.stages.compare.accept import accept
from pipeline.stages.compare.drafts import ComparisonDrafts, comparisons_form
from pipeline.stages.compare.tasks import Task, tasks_of
from pipeline.stages.lint.stage import evidence_of
from schemas.captions import Authorship, RichCaption, SegmentCaption
from schemas.comparison import ASPECTS, Comparison
from schemas.config import CorpusConfig
from schemas.facts import MusicFacts
from schemas.ids import comparison_id
from schemas.lyrics import Lyrics
from schemas.provenance import Rejection
from schemas.roles import RoleName
from schemas.sections import CompareConfig
from schemas.tracks import Segment, Track
from tools.chat.request import Answer

PROMPT = "compare"
_TOKENS_PER_QUESTION = 300
"""Ours: twice what a question and its rationale take, as JSON."""


def compare_requests(batch: Batch, config: CompareConfig) -> ModelRequests[Comparison]:
    """One request a pair for what a stretch of both tells, and one for what only the whole does.

    Parameters
    ----------
    batch : Batch
        With the rows of `tracks`, `segment`, `measure`, `transcribe`, `caption` and `describe`.
    config : CompareConfig

    Returns
    -------
    ModelRequests
        To the questioner, who hears both, where a model plays it; else to the writer. A track
        without a partner is no rejection: most often nothing is sure that could be compared.
    """
    hears = "questioner" in batch.models
    by_model = hears or "writer" in batch.models
    tasks = tasks_of(batch, config, config.n_partners(by_model=by_model))
    evidence = evidence_of(batch) if tasks else {}
    return ModelRequests(
        [_request(task, evidence, config, hears=hears, explains=by_model) for task in tasks]
    )


def _request(
    task: Task,
    evidence: Mapping[str, Evidence],
    config: CompareConfig,
    *,
    hears: bool,
    explains: bool,
) -> ModelRequest[Comparison]:
    first, second = task.clips if hears else (None, None)
    aspects = [
        {"aspect": each.aspect, "options": sorted(each.options.values())} for each in task.wanted
    ]
    chat = chat_request(
        PROMPT,
        {"known": task.shown, "aspects": aspects, "hears": hears},
        form=comparisons_form(tuple(each.aspect for each in task.wanted), explains=explains),
        clip=first,
        second=second,
        facts=(task, config.seed),
        most_tokens=_TOKENS_PER_QUESTION * len(task.wanted),
    )
    one, two = task.ids
    return ModelRequest(
        row_id=comparison_id(one, task.first_number),
        track_id=one,
        chat=chat,
        read=partial(_rows, task, (evidence[one], evidence[two]), config.seed, asked(chat)),
        role="questioner" if hears else None,
    )


def _rows(
    task: Task,
    evidence: tuple[Evidence, Evidence],
    seed: int,
    what: Asked,
    answer: Answer,
    authorship: Authorship,
) -> Mapping[str, Comparison | Rejection]:
    assert isinstance(answer.value, ComparisonDrafts)
    made = accept(answer.value, task, evidence, seed, what, authorship, answer.usage)
    if not made:
        name = comparison_id(task.ids[0], task.first_number)
        return {name: Rejection(row_id=name, reason="no_pairs", detail="the answer has none")}
    return made


def requests_per_track(config: CorpusConfig, role: RoleName) -> float:
    """To who asks, of every pair; for estimates."""
    asker = "questioner" if config.roles.questioner else "writer"
    return float(tasks_per_track(config)) if role == asker else 0.0


def questions_per_track(config: CorpusConfig) -> int:
    """At most; for estimates."""
    return config.partners_per_track * len(ASPECTS)


def tasks_per_track(config: CorpusConfig) -> int:
    """What is heard apart of the pairs of a track, at most; for estimates."""
    n_ways = (config.compare.heard_s is not None) + config.compare.whole
    return config.partners_per_track * max(1, n_ways)


def heard_s_per_track(config: CorpusConfig, duration_s: float) -> float:
    """Seconds of both recordings in all requests about the pairs of a track; for estimates."""
    short_s = config.compare.heard_s
    heard_s = 0.0 if short_s is None else min(short_s, duration_s)
    if config.compare.whole or short_s is None:
        heard_s += duration_s
    return 2 * config.partners_per_track * heard_s


STAGE = Stage(
    name="compare",
    version="7",
    makes=Comparison,
    reads=(Track, Segment, MusicFacts, Lyrics, SegmentCaption, RichCaption),
    config=CompareConfig,
    hears=True,
    asks=ModelUse(
        role="writer",
        also=("questioner",),
        prompt=PROMPT,
        prepare=compare_requests,
        typical_tokens=(1800, 400),
        n_per_track=requests_per_track,
        hears=("questioner",),
        heard_s_per_track=lambda config, _role, duration_s: heard_s_per_track(config, duration_s),
    ),
)
