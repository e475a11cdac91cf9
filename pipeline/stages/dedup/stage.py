"""The stage `dedup`: of pairs that are alike all over the corpus, only so many are kept.

Two pairs are alike if their questions are, apart from numbers and fillers, and options and answer
are equal: what a model could learn from them without hearing is the same. Many tracks may be asked
for their tempo; that the answer to the same options is always the same, is the harm.

Pairs are taken in the order of partitions, and of ids within one. What becomes of a pair follows
from those before it alone: new tracks change no verdict, and no older shard.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence

import polars as pl

from pipeline.engine.stage import Part, Stage, StageResult
from pipeline.stages.question.similarity import alike, template
from schemas.digest import digest
from schemas.options import canonical
from schemas.provenance import Rejection
from schemas.qa import QaPair
from schemas.quality import Kept, LintVerdict
from schemas.sections import DedupConfig

_COLUMNS = ("qa_id", "track_id", "skill", "form", "question", "options", "answer")


def dedup_across(parts: Sequence[Part], config: DedupConfig) -> Iterator[StageResult]:
    """What to keep of every partition.

    Parameters
    ----------
    parts : sequence of Part
        In order; with the rows of `question` and `lint`. Each is read once for the keys of its
        pairs, which stay in memory (about 300 bytes a pair), and those not done once more.
    config : DedupConfig

    Yields
    ------
    StageResult
        For every part that is not done: `Kept` rows, and rejections as ``near_duplicate``.
    """
    keys = pl.concat([_keys(index, part) for index, part in enumerate(parts)])
    refused = _refused(keys, config)
    for index, part in enumerate(parts):
        if not part.is_done:
            yield _result(_pairs(part), refused[index])


def _pairs(part: Part) -> pl.DataFrame:
    """The pairs of a partition that lint let pass, by id."""
    passed = part.read(LintVerdict, ["row_id", "kind"]).filter(pl.col("kind") == "qa")
    pairs = part.read(QaPair, _COLUMNS)
    return pairs.join(passed, left_on="qa_id", right_on="row_id", how="semi").sort("qa_id")


def _keys(index: int, part: Part) -> pl.DataFrame:
    """Of every pair: its template, and a digest of options and answer, its `block`."""
    pairs = _pairs(part)
    blocks = [
        _block(options, answer) for options, answer in pairs.select("options", "answer").iter_rows()
    ]
    return pl.DataFrame(
        {
            "part": [index] * len(pairs),
            "qa_id": pairs["qa_id"],
            "template": [template(question) for question in pairs["question"]],
            "block": blocks,
        },
        schema={"part": pl.UInt32, "qa_id": pl.String, "template": pl.String, "block": pl.UInt64},
    )


def _block(options: list[str] | None, answer: str) -> int:
    same = sorted(map(canonical, options or []))
    return int(digest([same, canonical(answer)])[:16], 16)


def _refused(keys: pl.DataFrame, config: DedupConfig) -> dict[int, dict[str, str]]:
    """By part and id: the pair that a refused one is alike to."""
    n_so_far = keys.group_by("part").len().sort("part").select("part", pl.col("len").cum_sum())
    most = {
        part: max(config.max_alike, int(config.max_alike_share * n))
        for part, n in n_so_far.iter_rows()
    }
    refused: dict[int, dict[str, str]] = defaultdict(dict)
    # A block that is no larger than what is kept in any case loses nothing.
    large = keys.filter(pl.len().over("block") > config.max_alike)
    for block in large.partition_by("block", maintain_order=True):
        for part, qa_id, first in _too_many(block, most, config.similarity):
            refused[part][qa_id] = first
    return refused


def _too_many(
    block: pl.DataFrame, most: dict[int, int], similarity: float
) -> Iterator[tuple[int, str, str]]:
    """Of one block: part, id, and the first of its kind, of each pair that is one too many."""
    leaders: dict[str, str] = {}
    n_kept: dict[str, int] = defaultdict(int)
    firsts: dict[str, str] = {}
    for part, qa_id, words in block.select("part", "qa_id", "template").iter_rows():
        if words not in leaders:
            found = (each for each in firsts if alike(words, each, similarity))
            leaders[words] = next(found, words)
        leader = leaders[words]
        if n_kept[leader] >= most[part]:
            yield part, qa_id, firsts[leader]
        else:
            firsts.setdefault(leader, qa_id)
            n_kept[leader] += 1


def _result(pairs: pl.DataFrame, refused: dict[str, str]) -> StageResult:
    result = StageResult(inputs=pairs["qa_id"].to_list())
    for row in pairs.iter_rows(named=True):
        qa_id = row["qa_id"]
        if qa_id in refused:
            detail = f"one of too many like {refused[qa_id]}"
            shown = {name: row[name] for name in _COLUMNS[2:]}
            raw = json.dumps(shown, ensure_ascii=False)
            result.rejected.append(
                Rejection(row_id=qa_id, reason="near_duplicate", detail=detail, raw=raw)
            )
        else:
            result.accepted.append(qa_id)
            words = template(row["question"])
            result.rows.append(Kept(qa_id=qa_id, track_id=row["track_id"], template=words))
    return result


STAGE = Stage(
    name="dedup",
    version="1",
    makes=Kept,
    reads=(QaPair, LintVerdict),
    config=DedupConfig,
    run_all=dedup_across,
)
