"""A corpus in numbers: the one source of what `status` prints and what the Prefect UI shows."""

from dataclasses import dataclass

from pipeline.corpus.corpus import Corpus
from pipeline.corpus.models import open_answer_cache
from pipeline.corpus.retry import MAY_PASS, counts_of
from pipeline.views.skills import SkillsFunnel, read_funnel
from pipeline.views.spent import Spent, spent_since
from pipeline.views.summary import StageSummary, summarise
from pipeline.views.think import ThinkFunnel, read_think_funnel
from schemas.ledger import LedgerLine


@dataclass(frozen=True)
class Status:
    """What is done, what is left, and what it cost.

    Attributes
    ----------
    corpus, store : str
    snapshot : int
        Its number.
    content_hash : str
        Of every row that is done.
    n_partitions, n_steps_left : int
    n_absent : int
        Tracks that left the listing.
    stages : list of StageSummary
        Ingest (`tracks`), then all stages in order.
    skills : SkillsFunnel or None
    thoughts : ThinkFunnel or None
        None before anything of them is built.
    ledger : list of LedgerLine
        What all builds asked of models.
    spent : list of Spent
        The last build's estimate beside what it asked.
    may_pass : dict of str to dict of str to int
        Rows and values that may do better another day, by stage and reason.
    refused_share : float
        Of all that came into ingest and the stages, what they refused.
    """

    corpus: str
    store: str
    snapshot: int
    content_hash: str
    n_partitions: int
    n_steps_left: int
    n_absent: int
    stages: list[StageSummary]
    skills: SkillsFunnel | None
    thoughts: ThinkFunnel | None
    ledger: list[LedgerLine]
    spent: list[Spent]
    may_pass: dict[str, dict[str, int]]
    refused_share: float


def read_status(corpus: Corpus) -> Status:
    """The numbers of a corpus as it stands."""
    stages = summarise(corpus)
    n_in = sum(stage.n_in for stage in stages)
    return Status(
        corpus=corpus.config.name,
        store=corpus.config.store,
        snapshot=corpus.snapshot.number,
        content_hash=corpus.content_hash,
        n_partitions=len(corpus.snapshot.partitions),
        n_steps_left=len(corpus.pending),
        n_absent=corpus.snapshot.n_absent,
        stages=stages,
        skills=read_funnel(corpus.store, corpus.commits),
        thoughts=read_think_funnel(corpus.store, corpus.commits),
        ledger=open_answer_cache(corpus.config).ledger(),
        spent=spent_since(corpus),
        may_pass={
            each.name: passing
            for each in stages[1:]
            if (passing := counts_of(each.reasons, each.unmeasured, MAY_PASS))
        },
        refused_share=sum(stage.n_rejected for stage in stages) / n_in if n_in else 0.0,
    )
