"""The stage `select`: the hardest rows of the whole corpus, within quotas.

Partitions are taken in order, and in each the hardest rows first; equally hard ones in the order of
a digest of seed and id. A partition adds its share of rows to the target of all so far. A skill, a
genre, a culture may have so large a share of that target, and always as much as an even division
among those seen so far would give it: a corpus of one culture is no smaller for its quota. What
becomes of a row follows from those before it alone: new tracks change no choice, and no older
shard.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from pipeline.engine.stage import Part, Stage, StageResult
from schemas.digest import digest
from schemas.provenance import Rejection
from schemas.sections import SelectConfig
from schemas.thought import Difficulty, Selected
from schemas.tracks import Track

_COLUMNS = ("row_id", "track_id", "kind", "skill", "difficulty", "method")
_QUOTAS = ("skill", "genre", "culture")
Row = dict[str, Any]


class Quotas:
    """How many rows of each skill, genre and culture were seen and chosen so far.

    Parameters
    ----------
    config : SelectConfig
    """

    def __init__(self, config: SelectConfig) -> None:
        self._config = config
        self._seen: dict[str, set[str]] = {name: set() for name in _QUOTAS}
        self._chosen: dict[str, Counter[str]] = {name: Counter() for name in _QUOTAS}
        self._n_candidates = self._n_chosen = self._target = 0

    def expect(self, rows: Sequence[Row]) -> None:
        """Count the candidates of a partition, before any of them is chosen."""
        self._n_candidates += len(rows)
        self._target = round(self._config.share * self._n_candidates)
        for row in rows:
            for name in _QUOTAS:
                self._seen[name].add(_group(row, name))

    def fault(self, row: Row) -> tuple[str, str] | None:
        """Why a row cannot be chosen now: reason and detail."""
        if row["difficulty"] < self._config.min_difficulty:
            return "too_easy", f"difficulty {row['difficulty']:.2f}"
        if self._n_chosen >= self._target:
            share = f"{self._n_chosen} of {self._n_candidates} candidates so far"
            return "not_hard_enough", f"{share} are chosen, and they are harder"
        for name in _QUOTAS:
            group, most = _group(row, name), self._most(name)
            if self._chosen[name][group] >= most:
                return f"quota_{name}", f"{most} of {group} are chosen"
        return None

    def add(self, row: Row) -> None:
        """Count a row as selected."""
        self._n_chosen += 1
        for name in _QUOTAS:
            self._chosen[name][_group(row, name)] += 1

    def _most(self, name: str) -> int:
        wanted: float = getattr(self._config, f"max_{name}_share")
        share = max(wanted, 1 / len(self._seen[name]))
        return max(1, math.ceil(share * self._target))


def select_across(parts: Sequence[Part], config: SelectConfig) -> Iterator[StageResult]:
    """What is chosen of every partition.

    Parameters
    ----------
    parts : sequence of Part
        In order; with the rows of `tracks` and `difficulty`.
    config : SelectConfig

    Yields
    ------
    StageResult
        For every part that is not done: `Selected` rows, hardest first. Rejections: ``too_easy``,
        ``not_hard_enough``, ``quota_skill``, ``quota_genre``, ``quota_culture``.
    """
    quotas = Quotas(config)
    for part in parts:
        result = _select(_candidates(part, config), quotas)
        if not part.is_done:
            yield result


def _candidates(part: Part, config: SelectConfig) -> list[Row]:
    """Rows of a partition, hardest first."""
    tracks = part.read(Track, ["track_id", "genre", "culture"])
    rows = part.read(Difficulty, _COLUMNS).join(tracks, on="track_id", how="left")
    order = pl.Series("order", [digest([config.seed, row_id]) for row_id in rows["row_id"]])
    ranked = rows.with_columns(order.cast(pl.String)).sort(
        "difficulty", "order", descending=[True, False]
    )
    return ranked.drop("order").to_dicts()


def _select(rows: Sequence[Row], quotas: Quotas) -> StageResult:
    quotas.expect(rows)
    result = StageResult(inputs=[row["row_id"] for row in rows])
    for rank, row in enumerate(rows, 1):
        row_id = row["row_id"]
        if fault := quotas.fault(row):
            reason, detail = fault
            result.rejected.append(Rejection(row_id=row_id, reason=reason, detail=detail))
            continue
        quotas.add(row)
        result.accepted.append(row_id)
        why = f"difficulty {row['difficulty']:.2f} by {row['method']}, {rank} of {len(rows)}"
        result.rows.append(Selected.model_validate(row | {"rank": rank, "why": why}))
    return result


def _group(row: Row, name: str) -> str:
    """A row's group; captions are one of skills, and what the listing does not say is one too."""
    return row[name] or ("caption" if name == "skill" else "unknown")


STAGE = Stage(
    name="select",
    version="1",
    makes=Selected,
    reads=(Track, Difficulty),
    config=SelectConfig,
    run_all=select_across,
)
