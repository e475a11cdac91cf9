"""The rows of a build as files of their own: what a stage has now, and nothing superseded."""

import re
from dataclasses import dataclass

from pipeline.corpus.corpus import Corpus
from pipeline.engine.shards import read_bytes
from tools.store import Store

_OURS = re.compile(r"p\d+-[0-9a-f]{16}\.parquet")


@dataclass(frozen=True)
class ExportedRows:
    """What an export did.

    Attributes
    ----------
    stage, folder : str
    n_rows : int
    n_written, n_kept, n_removed : int
        Files: new ones, those that were there already, and those of earlier builds.
    """

    stage: str
    folder: str
    n_rows: int
    n_written: int
    n_kept: int
    n_removed: int


def export_rows(corpus: Corpus, stage: str, folder: str) -> ExportedRows:
    """Make a folder hold the rows of a stage, a Parquet file a partition, as they are built now.

    Done again after another build, it adds what is new and removes what is superseded, so that
    all files of the folder are always the rows of one build. Other files in it are left alone.

    Parameters
    ----------
    corpus : Corpus
    stage : str
        Of a stage, or ``tracks``.
    folder : str
        A folder, or the URL of one in an object store.

    Raises
    ------
    ConfigError
        If there is no such stage.
    StoreError
        If a shard is damaged, or the folder cannot be written.
    """
    commits = corpus.commits_of(stage)
    target = Store(folder)
    there = {path for path in target.list("") if _OURS.fullmatch(path)}
    wanted = {f"{each.partition}-{each.sha256[:16]}.parquet": each for each in commits}
    for path in wanted.keys() - there:
        target.put(path, read_bytes(corpus.store, wanted[path].rows_path))
    for path in there - wanted.keys():
        target.delete(path)
    return ExportedRows(
        stage=stage,
        folder=folder,
        n_rows=sum(each.n_rows for each in commits),
        n_written=len(wanted.keys() - there),
        n_kept=len(wanted.keys() & there),
        n_removed=len(there - wanted.keys()),
    )
