"""The `texts` shards: what sets of others say of a partition's tracks, as ingest found it."""

from collections.abc import Callable, Collection, Mapping, Sequence

from pipeline.engine.shards import write_shard
from pipeline.engine.stage import StageResult
from schemas.digest import digest
from schemas.provenance import Rejection
from schemas.texts import BroughtText
from tools.store import Store

TEXTS_VERSION = "1"
TextsByPartition = Mapping[str, Callable[[], Sequence[BroughtText]]]
"""By partition, made when they are needed: rows take thrice the memory of what was read."""


def texts_address(partition: str, texts: Sequence[BroughtText]) -> str:
    """Address of a partition's shard: a digest of its texts."""
    return digest([TEXTS_VERSION, partition, [each.model_dump() for each in texts]])[:32]


def write_texts(
    store: Store, partition: str, texts: Sequence[BroughtText], done: Collection[tuple[str, str]]
) -> None:
    """Write a partition's shard, if it is not there.

    Parameters
    ----------
    store : Store
    partition : str
    texts : sequence of BroughtText
        One that is there twice is refused the second time, as ``duplicate_text``.
    done : collection of (str, str)
        Partition and address of the shards that are there.
    """
    address = texts_address(partition, texts)
    if (partition, address) in done:
        return
    result, seen = StageResult(inputs=[]), set[str]()
    for each in texts:
        if each.text_id in seen:
            name = f"{each.text_id}/again-{len(result.inputs)}"
            detail = f"{each.origin} has it twice"
            result.inputs.append(name)
            result.rejected.append(Rejection(row_id=name, reason="duplicate_text", detail=detail))
        else:
            seen.add(each.text_id)
            result.inputs.append(each.text_id)
            result.accepted.append(each.text_id)
            result.rows.append(each)
    write_shard(
        store,
        stage="texts",
        partition=partition,
        address=address,
        result=result,
        model=BroughtText,
        seconds=0.0,
    )
