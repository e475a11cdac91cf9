"""Evaluate measured facts against the references of their tracks, and keep that in a corpus."""

from collections.abc import Sequence

from pipeline.corpus.corpus import Corpus
from pipeline.engine.records import read_record, to_json
from pipeline.engine.shards import now
from pipeline.stages.measure.stage import STAGE as MEASURE
from pipeline.views.evaluate.facts.measured import MeasuredTrack
from pipeline.views.evaluate.facts.reference import ReferenceFacts
from pipeline.views.evaluate.facts.tables import field_evaluations, mean_scores
from schemas.config import ConfigError
from schemas.evaluation import FactsEvaluation, Unheard
from schemas.sections import MaxWrong
from tools.store import Store

EVALUATIONS = "evaluations/facts"


def evaluate_facts(
    name: str,
    pairs: Sequence[tuple[ReferenceFacts, MeasuredTrack]],
    max_wrong: MaxWrong,
    *,
    n_tracks: int,
    version: str,
    unheard: Sequence[Unheard] = (),
) -> FactsEvaluation:
    """All that is told of how right facts are.

    Parameters
    ----------
    name : str
        Of the corpus or folder.
    pairs : sequence of (ReferenceFacts, MeasuredTrack)
    max_wrong : MaxWrong
        What bounds the values that are stated.
    n_tracks : int
        Of the corpus or folder, with references or without.
    version : str
        What measured.
    unheard : sequence of Unheard, optional

    Raises
    ------
    ConfigError
        If there is nothing to compare.
    """
    compared = [(reference, measured.facts) for reference, measured in pairs]
    fields, scores = field_evaluations(compared, max_wrong), mean_scores(compared, max_wrong)
    if not fields and not scores:
        raise ConfigError(f"{name}: none of {n_tracks} tracks has a reference that can be compared")
    return FactsEvaluation(
        name=name,
        made_at=now(),
        version=version,
        n_tracks=n_tracks,
        n_references=len(pairs) + len(unheard),
        max_wrong=max_wrong,
        fields=fields,
        scores=scores,
        unheard=list(unheard),
    )


def keep(corpus: Corpus, found: FactsEvaluation) -> str:
    """Write an evaluation beside the facts that it judges; give its path in the store."""
    path = f"{_folder(corpus)}/{found.made_at.replace(':', '-')}.json"
    corpus.store.put(path, to_json(found))
    return path


def kept(corpus: Corpus) -> FactsEvaluation | None:
    """The newest evaluation of the facts as they are measured now; None where there is none.

    Raises
    ------
    DamagedError
        If it is not as it was written.
    """
    paths = [path for path in corpus.store.list(_folder(corpus)) if path.endswith(".json")]
    return _read(corpus.store, paths[-1]) if paths else None


def _read(store: Store, path: str) -> FactsEvaluation:
    return read_record(store, path, FactsEvaluation, "delete it, and evaluate again")


def _folder(corpus: Corpus) -> str:
    return f"{EVALUATIONS}/{corpus.digests.get(MEASURE.name)}"
