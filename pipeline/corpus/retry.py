"""Send rejected rows and nulls again: their steps get another try, in a new snapshot."""

from collections import Counter
from collections.abc import Collection, Mapping

from pipeline.corpus.corpus import Corpus
from pipeline.engine.snapshots import try_again
from pipeline.stages import STAGES
from schemas.config import ConfigError, CorpusConfig

MAY_PASS = (
    "server_error", "timed_out", "unreachable", "broken_response", "crashed", "empty", "stopped",
    "failed", "out_of_memory", "missing", "unreadable", "changed", "needs_av",
)  # fmt: skip
"""Reasons that lie in the world of that day, not in the row."""


def counts_of(
    reasons: Mapping[str, int], unmeasured: Mapping[str, int], wanted: Collection[str]
) -> dict[str, int]:
    """Rejections and null values that have some reasons, as ``reason`` and ``null field: reason``.

    Parameters
    ----------
    reasons, unmeasured : mapping of str to int
        As in a `Commit`.
    wanted : collection of str
    """
    rows = {reason: n for reason, n in reasons.items() if reason in wanted}
    nulls = {
        f"null {what}": n for what, n in unmeasured.items() if what.rpartition(": ")[2] in wanted
    }
    return rows | nulls


def reasons_of(corpus: Corpus) -> list[str]:
    """Why rows were refused, or values left null, in any stage; sorted."""
    found = {reason for commit in corpus.commits for reason in commit.reasons}
    nulls = {what for commit in corpus.commits for what in commit.unmeasured}
    return sorted(found | {what.rpartition(": ")[2] for what in nulls})


def check_reasons(corpus: Corpus, wanted: Collection[str]) -> None:
    """Make sure that there are such reasons in the corpus, or that they may come at any time.

    Raises
    ------
    ConfigError
        Naming those that there are not, and those that there are.
    """
    there = reasons_of(corpus)
    unknown = sorted(set(wanted) - {*MAY_PASS, *there})
    if unknown:
        raise ConfigError(
            f"{corpus.config.name}: nothing was refused or left null for {', '.join(unknown)}, "
            f"only for {', '.join(there) or 'nothing'}"
        )


def retry(
    config: CorpusConfig,
    name: str,
    reasons: Collection[str],
    within: Collection[str] | None = None,
) -> tuple[Counter[str], int]:
    """Let a stage try the partitions again in which it refused rows, or left values null.

    The next build runs these steps and those that read them. Answers that were bought are in the
    cache: only what was refused is asked again.

    Parameters
    ----------
    config : CorpusConfig
    name : str
        The stage's.
    reasons : collection of str
    within : collection of str, optional
        Only these partitions; by default all.

    Returns
    -------
    refused : Counter of str
        Rows by reason, and null values by field and reason.
    n_partitions : int

    Raises
    ------
    ConfigError
        If there is no such stage.
    ConflictError
        If a build took a snapshot at the same time.
    """
    known = [stage.name for stage in STAGES]
    if name not in known:
        raise ConfigError(
            f"{name!r} is no stage that can try again: {', '.join(known)}. Files that ingest "
            "refused are tried again when they change, or at once where the reason may pass"
        )
    corpus = Corpus.find(config)
    if corpus is None:
        return Counter(), 0
    refused: Counter[str] = Counter()
    partitions = set()
    for commit in corpus.commits:
        found = counts_of(commit.reasons, commit.unmeasured, reasons)
        is_within = within is None or commit.partition in within
        if commit.stage == name and is_within and found:
            refused.update(found)
            partitions.add(commit.partition)
    if partitions:
        try_again(corpus.store, corpus.snapshot, name, partitions)
    return refused, len(partitions)
