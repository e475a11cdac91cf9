"""Everything that a report shows of a corpus, and the rows of the tracks it lets people hear."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.corpus.corpus import Corpus, match_track
from pipeline.corpus.models import open_answer_cache
from pipeline.views.evaluate.facts.evaluate import kept
from pipeline.views.report.costs import Cost, costs
from pipeline.views.report.coverage import Coverage, coverage, measured_gaps
from pipeline.views.report.refusals import Refusal, refusals
from pipeline.views.report.tallies import Distribution, distributions
from pipeline.views.spent import Spent, spent_since
from pipeline.views.summary import StageSummary, summarise
from schemas.captions import RichCaption
from schemas.evaluation import FactsEvaluation
from schemas.ids import track_of
from schemas.manifest import COVERAGE_AXES
from schemas.shards import Commit


@dataclass(frozen=True)
class Report:
    """The numbers of a report."""

    corpus: Corpus
    hours: float
    stages: list[StageSummary]
    distributions: list[Distribution]
    coverages: list[Coverage]
    measured_gaps: list[str]
    refusals: list[Refusal]
    costs: list[Cost]
    spent: list[Spent]
    evaluation: FactsEvaluation | None


def gather(
    corpus: Corpus, *, least_tracks: int, n_samples: int, progress: Callable[[int], None]
) -> Report:
    """Read all shards once.

    Parameters
    ----------
    corpus : Corpus
    least_tracks : int
        A culture, language or genre with fewer is named as thin.
    n_samples : int
        Refused rows shown per stage and reason.
    progress : callable
        Called with 1 for each of `corpus.commits`.

    Returns
    -------
    Report
    """
    tracks = corpus.tracks
    found = distributions(corpus.store, _counted(corpus.commits, progress))
    described = _described(corpus)
    return Report(
        corpus=corpus,
        hours=float(tracks["duration_s"].sum()) / 3600,
        stages=summarise(corpus),
        distributions=found,
        coverages=[
            coverage(tracks, axis, described, least_tracks=least_tracks) for axis in COVERAGE_AXES
        ],
        measured_gaps=measured_gaps(found, corpus.config.beats.beats_per_bar),
        refusals=refusals(corpus.store, corpus.sources, corpus.commits, n_samples=n_samples),
        costs=costs(open_answer_cache(corpus.config).ledger()),
        spent=spent_since(corpus),
        evaluation=kept(corpus),
    )


def choose_tracks(corpus: Corpus, wanted: Sequence[str], n: int) -> list[str]:
    """Ids of the tracks that were asked for, then of others up to `n` in all.

    Ids are digests of the files, so the first ones are as good as drawn by chance, and stay the
    same from report to report.

    Raises
    ------
    TrackNotFoundError
        If one that was asked for cannot be found.
    """
    asked = [match_track(corpus.sources, each)["track_id"] for each in wanted]
    others = corpus.tracks["track_id"].sort().head(n + len(asked)).to_list()
    return list(dict.fromkeys([*asked, *others]))[: max(n, len(asked))]


def refused_tracks(corpus: Corpus, found: Sequence[Refusal]) -> list[str]:
    """Ids of tracks to hear beside refusals: of each stage and reason the first sample's."""
    there = set(corpus.tracks["track_id"])
    firsts = (
        next((t for row in each.samples if (t := track_of(row.row_id)) in there), None)
        for each in found
    )
    return list(dict.fromkeys(track for track in firsts if track is not None))


def _described(corpus: Corpus) -> pl.Series:
    if not any(each.n_rows for each in corpus.commits_of(RichCaption)):
        return pl.Series("track_id", [], pl.String)
    return corpus.frame(RichCaption, ["track_id"])["track_id"]


def _counted(commits: Iterable[Commit], progress: Callable[[int], None]) -> Iterator[Commit]:
    for commit in commits:
        yield commit
        progress(1)
