"""Digests of configs and of rows: the same content gives the same digest on any machine."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from schemas.record import Record

_MODULUS = 1 << 256


def digest(value: Any) -> str:
    """SHA-256 of a JSON value, as 64 hex digits; the order of keys does not matter."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def content_hash(rows: Iterable[Record], *, without: frozenset[str] = frozenset()) -> str:
    """Digest of rows' content that does not depend on their order or partition.

    The SHA-256 of the rows' canonical JSON, added modulo 2**256: hashes of parts add up to the
    hash of the whole (`combine`), so a corpus hash needs no second reading of its shards.

    Parameters
    ----------
    rows : iterable of Record
    without : frozenset of str, optional
        Fields that are not content: paths, times, costs, attempts.

    Returns
    -------
    str
        64 hex digits; all zeros for no rows.
    """
    total = 0
    for row in rows:
        text = row.model_dump_json(exclude=set(without))
        total += int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    return f"{total % _MODULUS:064x}"


def combine(hashes: Iterable[str]) -> str:
    """Content hash of a whole, from the content hashes of its parts."""
    return f"{sum(int(part, 16) for part in hashes) % _MODULUS:064x}"
