"""What people say of the rows of an index, kept up with the store while others write there, too."""

import threading
from collections.abc import Iterable

import polars as pl

from pipeline.review.verdicts import Said, read_said, said_paths, withdrawn
from schemas.review import BulkVerdict, HumanVerdict, Withdrawal
from tools.store import Store

VOICES_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "number": pl.UInt32,
    "reviewer": pl.String,
    "verdict": pl.String,
    "reasons": pl.List(pl.String),
    "comment": pl.String,
    "edited_text": pl.String,
    "made_at": pl.String,
}
"""One verdict that stands; `number` is that of the row in the index."""
_KEYS = ("stage", "row_id", "text_hash")


class Voices:
    """The verdicts that stand; each object of the store is read once.

    Parameters
    ----------
    store : Store
    index : pl.LazyFrame
        With `number`, `stage`, `row_id` and `text_hash`.
    """

    def __init__(self, store: Store, index: pl.LazyFrame) -> None:
        self._store = store
        self._keys = index.select("number", *_KEYS)
        self._frames: dict[str, pl.DataFrame] = {}
        self._withdrawals: dict[str, Said] = {}
        self._standing = pl.DataFrame(schema=VOICES_SCHEMA)
        self._lock = threading.Lock()

    def standing(self) -> pl.DataFrame:
        """Of every reviewer and row the verdict that stands, `VOICES_SCHEMA`.

        Raises
        ------
        StoreError
            If a verdict cannot be read.
        """
        paths = said_paths(self._store)
        with self._lock:
            if paths != list(self._frames):
                self._read(paths)
            return self._standing

    def _read(self, paths: list[str]) -> None:
        new = {path: read_said(self._store, path) for path in paths if path not in self._frames}
        self._withdrawals |= {path: e for path, e in new.items() if isinstance(e, Withdrawal)}
        known = self._frames | self._placed(new)
        self._frames = {path: known[path] for path in paths}
        gone = withdrawn({path: e for path, e in self._withdrawals.items() if path in self._frames})
        parts = [frame for path, frame in self._frames.items() if path not in gone]
        self._standing = pl.concat([pl.DataFrame(schema=VOICES_SCHEMA), *parts]).unique(
            ["reviewer", "number"], keep="last", maintain_order=True
        )

    def _placed(self, said: dict[str, Said]) -> dict[str, pl.DataFrame]:
        """The verdicts in each object, with their rows' numbers; other texts' are left out."""
        parts = [_frame(each).with_columns(path=pl.lit(path)) for path, each in said.items()]
        if not parts:
            return {}
        given = pl.concat(parts)
        placed = (
            self._keys.join(given.lazy(), on=_KEYS, how="inner")
            .select("path", *VOICES_SCHEMA)
            .collect()
        )
        by_path = placed.partition_by("path", as_dict=True, include_key=False)
        nothing = placed.drop("path").clear()
        return {path: by_path.get((path,), nothing) for path in said}


def _frame(said: Said) -> pl.DataFrame:
    keys = dict.fromkeys(_KEYS, pl.String)
    fields = {name: kind for name, kind in VOICES_SCHEMA.items() if name != "number"}
    texts = pl.DataFrame(_texts(said), schema=keys, orient="row")
    told = pl.DataFrame([{name: getattr(said, name, None) for name in fields}], schema=fields)
    return texts.join(told, how="cross")


def _texts(said: Said) -> Iterable[tuple[str, str, str]]:
    if isinstance(said, HumanVerdict):
        return [(said.stage, said.row_id, said.text_hash)]
    if isinstance(said, BulkVerdict):
        return [
            (stage, row_id, text_hash)
            for stage, texts in said.texts.items()
            for row_id, text_hash in texts.items()
        ]
    return []
