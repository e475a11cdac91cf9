"""Whose music it is: tracks by culture, language and genre, and what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from pipeline.views.report.tallies import Distribution

_NATURAL_KEYS = 24


@dataclass(frozen=True)
class Group:
    """Tracks that the listing gives the same word."""

    value: str
    n_tracks: int
    hours: float
    n_described: int


@dataclass(frozen=True)
class Coverage:
    """Tracks by one of the listing's fields.

    Attributes
    ----------
    field : str
    groups : list of Group
        The largest first.
    n_unstated : int
        Tracks without a word.
    thin : list of Group
        Groups with fewer tracks than wanted.
    spellings : list of tuple of str
        Words that differ only in case or spaces: probably one group.
    """

    field: str
    groups: list[Group]
    n_unstated: int
    thin: list[Group]
    spellings: list[tuple[str, ...]]

    @property
    def n_tracks(self) -> int:
        """All tracks."""
        return self.n_unstated + sum(group.n_tracks for group in self.groups)

    @property
    def largest_share(self) -> float | None:
        """Share of the largest group among the tracks that have a word; None for none."""
        stated = self.n_tracks - self.n_unstated
        return self.groups[0].n_tracks / stated if stated else None


def coverage(
    tracks: pl.DataFrame, field: str, described: pl.Series, *, least_tracks: int
) -> Coverage:
    """Count tracks by a field of the listing.

    Parameters
    ----------
    tracks : pl.DataFrame
        With `track_id`, `duration_s` and the field.
    field : str
    described : pl.Series
        Ids of the tracks that have a rich caption.
    least_tracks : int
        Groups with fewer are named as thin.

    Returns
    -------
    Coverage
    """
    words = pl.col(field).str.strip_chars()
    counted = (
        tracks.select(
            value=pl.when(words != "").then(words),
            duration_s="duration_s",
            is_described=pl.col("track_id").is_in(described.implode()),
        )
        .group_by("value")
        .agg(
            n_tracks=pl.len(),
            hours=pl.col("duration_s").sum() / 3600,
            n_described=pl.col("is_described").sum(),
        )
        .sort(pl.col("n_tracks"), "value", descending=[True, False])
    )
    groups = [Group(**row) for row in counted.drop_nulls("value").to_dicts()]
    unstated = counted.filter(pl.col("value").is_null())["n_tracks"].sum()
    return Coverage(
        field=field,
        groups=groups,
        n_unstated=int(unstated),
        thin=[group for group in groups if group.n_tracks < least_tracks],
        spellings=_spellings(group.value for group in groups),
    )


def measured_gaps(found: Iterable[Distribution], beats_per_bar: Iterable[int]) -> list[str]:
    """What no track of the corpus has, though it could be found.

    Parameters
    ----------
    found : iterable of Distribution
    beats_per_bar : iterable of int
        The metres that are looked for.

    Returns
    -------
    list of str
        In words; empty where nothing was measured.
    """
    by_title = {each.tally.title: each for each in found}
    gaps = []
    if "Metre" in by_title:
        missing = [str(n) for n in beats_per_bar if str(n) not in by_title["Metre"].counts]
        if missing:
            gaps.append(f"no track with {_list(missing)} beats in a bar")
    if "Key" in by_title:
        n_keys = len(by_title["Key"].counts)
        if n_keys < _NATURAL_KEYS:
            gaps.append(f"{n_keys} of {_NATURAL_KEYS} keys occur")
    if "Keys in a track" in by_title and set(by_title["Keys in a track"].counts) == {"1"}:
        gaps.append("no track changes its key")
    return gaps


def _spellings(values: Iterable[str]) -> list[tuple[str, ...]]:
    same: dict[str, list[str]] = {}
    for value in values:
        same.setdefault(" ".join(value.casefold().split()), []).append(value)
    return [tuple(each) for each in same.values() if len(each) > 1]


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
