"""The table of all rows: filtered, sorted and cut into pages, judged one by one or many at once."""

import tempfile
import threading
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from pipeline.corpus.corpus import Corpus
from pipeline.engine.shards import now
from pipeline.review.index import write_index
from pipeline.review.taking import UnknownRowError, verdict_from
from pipeline.review.verdicts import folder_of, keep_verdict, said_paths
from pipeline.review.voices import Voices
from schemas.review import BulkVerdict, Comment, HumanVerdict, Reasons, Reviewer, Withdrawal

MOST_ON_PAGE = 200
MOST_NAMED = 1000
"""Ours: rows that are named one by one, in a request of 200 kB; more are named by a filter."""
_FACETS = ("kind", "stage", "skill", "decision", "reason")
_VERDICTS = ("accept", "reject", "edit")
Heard = Literal["anybody", "nobody", "me", "not_me", "accept", "reject", "edit"]
SortedBy = Literal[
    "number", "kind", "stage", "title", "skill", "decision", "reason", "mark", "text", "verdicts"
]
Key = tuple[str, str, str]
"""Stage, row id, and hash of the text."""


class RowFilter(BaseModel):
    """Which rows are meant; what is not given does not matter."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: str | None = None
    stage: str | None = None
    skill: str | None = None
    decision: str | None = None
    reason: str | None = None
    least_mark: float | None = None
    most_mark: float | None = None
    words: str | None = Field(default=None, max_length=500)
    """In title, artist, id, request or text; case does not matter."""
    said: Heard | None = None
    """Who said something: anybody, nobody, this reviewer or not yet; or what somebody said."""


class PageRequest(RowFilter):
    """A page of the rows that are meant."""

    reviewer: str = ""
    sort: SortedBy = "number"
    descending: bool = False
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=50, ge=1, le=MOST_ON_PAGE)


class BulkRequest(BaseModel):
    """A verdict on the rows that are named, or on all that match a filter."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    reviewer: Reviewer
    verdict: Literal["accept", "reject"]
    reasons: Reasons = Field(default_factory=list)
    comment: Comment | None = None
    rows: Annotated[list[Key], Field(max_length=MOST_NAMED)] | None = None
    matching: RowFilter | None = None
    n: int = Field(ge=1, description="How many the reviewer meant; with another number, nothing.")


class ReviewTable:
    """All rows of a corpus that people can judge; safe to use from several threads.

    Parameters
    ----------
    corpus : Corpus
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._folder = tempfile.TemporaryDirectory(prefix="partimento-table-")
        self._lock = threading.Lock()

    def page(self, wanted: PageRequest) -> dict[str, Any]:
        """A page of rows, and how many match in all; JSON values.

        Raises
        ------
        StoreError
            If the store cannot be read.
        """
        standing = self._voices.standing()
        found = self._matching(wanted, standing, wanted.reviewer, wanted.sort)
        order = found.sort(
            wanted.sort, "number", descending=[wanted.descending, False], nulls_last=True
        )
        numbers = order["number"].slice(wanted.offset, wanted.limit)
        heard = standing.filter(pl.col("number").is_in(numbers.implode()))
        rows = {row["number"]: row for row in self._rows(numbers)}
        return {
            "n": len(found),
            "rows": [rows[number] | _said_of(heard, number, wanted.reviewer) for number in numbers],
        }

    @cached_property
    def facets(self) -> dict[str, Any]:
        """How many rows there are, and the values of columns that can be chosen, with counts."""
        counts = {
            name: self._index.filter(pl.col(name).is_not_null() & (pl.col(name) != ""))
            .group_by(name)
            .len()
            .sort(name)
            .collect()
            .rows()
            for name in _FACETS
        }
        return {"n": self._index.select(pl.len()).collect().item(), **counts}

    def take(self, given: Mapping[str, Any]) -> str:
        """Keep what a reviewer said of one row; give its path.

        Raises
        ------
        UnknownRowError
            If there is no such row, or its text is not the one that was shown.
        pydantic.ValidationError
            If a field is missing, unknown or wrong.
        StoreError
            If it cannot be written.
        """
        key = tuple(str(given.get(name)) for name in ("stage", "row_id", "text_hash"))
        (row,) = self._rows(self._numbers_of([key]))
        return self._keep(verdict_from(given, row["editable"], is_blind=False))

    def take_many(self, asked: BulkRequest) -> str:
        """Keep what a reviewer said of many rows at once; give its path.

        Raises
        ------
        UnknownRowError
            If other rows are meant by now.
        StoreError
            If it cannot be written.
        """
        if (asked.rows is None) == (asked.matching is None):
            raise UnknownRowError("give either `rows` or `matching`")
        if asked.matching is not None:
            standing = self._voices.standing()
            numbers = self._matching(asked.matching, standing, asked.reviewer)["number"]
        else:
            numbers = self._numbers_of(asked.rows or [])
        if len(numbers) != asked.n:
            raise UnknownRowError(f"{len(numbers)} rows match by now, not {asked.n}: look again")
        texts: dict[str, dict[str, str]] = {}
        keys = self._index.filter(pl.col("number").is_in(numbers.implode()))
        for stage, row_id, text_hash in (
            keys.select("stage", "row_id", "text_hash").collect().iter_rows()
        ):
            texts.setdefault(stage, {})[row_id] = text_hash
        said = asked.model_dump(exclude={"rows", "matching", "n"})
        return self._keep(BulkVerdict(**said, texts=texts, made_at=now()))

    def take_back(self, reviewer: str, path: str) -> str:
        """Take back what a reviewer said; give the path of the withdrawal.

        Raises
        ------
        UnknownRowError
            If they said no such thing.
        StoreError
            If it cannot be written.
        """
        if not path.startswith(folder_of(reviewer)) or path not in said_paths(self._corpus.store):
            raise UnknownRowError("you said no such thing")
        return self._keep(Withdrawal(reviewer=reviewer, withdraws=path, made_at=now()))

    @cached_property
    def _index(self) -> pl.LazyFrame:
        with self._lock:
            path = Path(self._folder.name) / "index.arrow"
            if not path.exists():
                unfinished = path.with_suffix(".part")
                write_index(self._corpus, unfinished)
                unfinished.replace(path)
            return pl.scan_ipc(path)

    @cached_property
    def _voices(self) -> Voices:
        return Voices(self._corpus.store, self._index)

    def _matching(
        self, wanted: RowFilter, standing: pl.DataFrame, reviewer: str, sort: SortedBy = "number"
    ) -> pl.DataFrame:
        """`number` of the rows that match, and what they are sorted by."""
        found = self._index.filter(_matches(wanted))
        if wanted.said is not None:
            how: Literal["semi", "anti"] = "anti" if wanted.said in ("nobody", "not_me") else "semi"
            voices = standing.lazy().filter(_spoke(wanted.said, reviewer))
            found = found.join(voices, on="number", how=how)
        if sort == "verdicts":
            counts = standing.lazy().group_by("number").agg(verdicts=pl.len())
            found = found.join(counts, on="number", how="left")
        if sort == "text":
            found = found.with_columns(text=pl.col("text").str.slice(0, 80))
        return found.select({"number", sort}).collect()

    def _numbers_of(self, keys: list[Any]) -> pl.Series:
        names = ["stage", "row_id", "text_hash"]
        given = pl.LazyFrame(keys, schema=dict.fromkeys(names, pl.String), orient="row")
        found = self._index.join(given.unique(), on=names, how="semi").select("number").collect()
        if not len(found) or len(found) != len(set(map(tuple, keys))):
            raise UnknownRowError("this text is not to be reviewed any more: reload the page")
        return found["number"]

    def _rows(self, numbers: pl.Series) -> list[dict[str, Any]]:
        """Rows of the index, and what an edit of each would replace."""
        rows = self._index.filter(pl.col("number").is_in(numbers.implode())).collect()
        is_chain = pl.col("kind") == "thought"
        editable = pl.when(~is_chain).then("text")
        return rows.with_columns(editable=editable).to_dicts()

    def _keep(self, said: HumanVerdict | BulkVerdict | Withdrawal) -> str:
        with self._lock:
            return keep_verdict(self._corpus.store, said)


def _matches(wanted: RowFilter) -> pl.Expr:
    """Whether a row of the index is meant, whatever people said."""
    tests = [
        pl.col(name) == value for name in _FACETS if (value := getattr(wanted, name)) is not None
    ]
    if wanted.least_mark is not None:
        tests.append(pl.col("mark") >= wanted.least_mark)
    if wanted.most_mark is not None:
        tests.append(pl.col("mark") <= wanted.most_mark)
    if wanted.words:
        tests.append(
            pl.any_horizontal(
                pl.col(name).str.contains(f"(?i){_literally(wanted.words)}")
                for name in ("title", "artist", "row_id", "prompt", "text")
            )
        )
    return pl.all_horizontal(pl.lit(value=True), *tests).fill_null(value=False)


def _literally(words: str) -> str:
    r"""A pattern that finds just these words: each sign that may mean something as ``\x{…}``."""
    return "".join(
        sign if sign.isalnum() or sign == " " else f"\\x{{{ord(sign):x}}}" for sign in words
    )


def _spoke(said: Heard, reviewer: str) -> pl.Expr:
    if said in ("me", "not_me"):
        return pl.col("reviewer") == reviewer
    return pl.col("verdict") == said if said in _VERDICTS else pl.lit(value=True)


def _said_of(heard: pl.DataFrame, number: int, reviewer: str) -> dict[str, Any]:
    """What people said of a row: how many what, the last edit, and this reviewer's own verdict."""
    ours = heard.filter(pl.col("number") == number).sort("made_at", maintain_order=True)
    mine = ours.filter(pl.col("reviewer") == reviewer).drop("number", "reviewer")
    edits = ours.filter(pl.col("verdict") == "edit")["edited_text"]
    return {
        "said": dict(ours["verdict"].value_counts().iter_rows()),
        "edited": edits[-1] if len(edits) else None,
        "mine": mine.row(0, named=True) if len(mine) else None,
    }
