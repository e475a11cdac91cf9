"""Whether a judge marks by where a text stands among those that it judges together.

Texts begin at a place that follows from their ids, so that no kind of text stands at one place more
often than at another: what differs by place is the judge's.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.corpus.corpus import Corpus
from pipeline.engine.shards import read_frame
from pipeline.views.evaluate.reliability import wilson_interval
from schemas.quality import Quality


@dataclass(frozen=True)
class PlaceEffect:
    """How a judge accepts what stands in the first and in the second half of its requests.

    Attributes
    ----------
    judge : str
        The role.
    n_judged : int
        Texts in all, those judged alone included.
    n_first, n_second : int
        Texts that were judged together with others, without those in the middle.
    accepted_first, accepted_second : int
    """

    judge: str
    n_judged: int
    n_first: int
    n_second: int
    accepted_first: int
    accepted_second: int

    @property
    def difference(self) -> float:
        """Share accepted in the first half, less that in the second; 0 where either is empty."""
        if not (self.n_first and self.n_second):
            return 0.0
        return self.accepted_first / self.n_first - self.accepted_second / self.n_second

    @property
    def interval(self) -> tuple[float, float]:
        """Of the difference, 95 %, by Newcombe 1998, method 10."""
        if not (self.n_first and self.n_second):
            return -1.0, 1.0
        first, second = self.accepted_first / self.n_first, self.accepted_second / self.n_second
        low_1, high_1 = wilson_interval(self.accepted_first, self.n_first)
        low_2, high_2 = wilson_interval(self.accepted_second, self.n_second)
        below = math.hypot(first - low_1, high_2 - second)
        above = math.hypot(high_1 - first, second - low_2)
        return self.difference - below, self.difference + above


def place_effects(corpus: Corpus) -> list[PlaceEffect]:
    """Of each judge of a corpus, in the order of the roles."""
    return effects_of(
        read_frame(corpus.store, each.rows_path, ["ballots"])
        for each in corpus.commits_of(Quality)
        if each.n_rows
    )


def effects_of(shards: Iterable[pl.DataFrame]) -> list[PlaceEffect]:
    """Of each judge in shards that have the column `ballots` of `Quality`."""
    fields = ("judge", "accepts", "place", "n_together")
    ballots = [
        shard.select(pl.col("ballots").explode())
        .drop_nulls()
        .select(pl.col("ballots").struct.field(name) for name in fields)
        for shard in shards
    ]
    if not ballots:
        return []
    given = pl.concat(ballots)
    return [
        _effect(str(judge), part)
        for (judge,), part in sorted(
            given.partition_by("judge", as_dict=True).items(), key=lambda each: str(each[0])
        )
    ]


def in_sentences(effects: Sequence[PlaceEffect]) -> str:
    """What is to be said of them, a line each."""
    return "\n".join(_sentence(each) for each in effects)


def _effect(judge: str, ballots: pl.DataFrame) -> PlaceEffect:
    middle = (pl.col("n_together") + 1) / 2
    first = ballots.filter(pl.col("place") < middle)["accepts"]
    second = ballots.filter(pl.col("place") > middle)["accepts"]
    return PlaceEffect(
        judge=judge,
        n_judged=len(ballots),
        n_first=len(first),
        n_second=len(second),
        accepted_first=int(first.sum()),
        accepted_second=int(second.sum()),
    )


def _sentence(effect: PlaceEffect) -> str:
    head = f"{effect.judge} judged {effect.n_judged} texts"
    if not (effect.n_first and effect.n_second):
        return f"{head}, each alone."
    low, high = effect.interval
    said = (
        f"{head}; it accepts {effect.accepted_first / effect.n_first:.0%} of those in the first "
        f"half of a request and {effect.accepted_second / effect.n_second:.0%} in the second "
        f"({100 * effect.difference:+.0f} points, 95 %: {100 * low:+.0f} to {100 * high:+.0f})"
    )
    if low <= 0 <= high:
        return f"{said}: no sign that the place counts."
    return f"{said}: the place counts; a lower `judge.texts_per_request` helps."
