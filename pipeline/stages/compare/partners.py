"""Which recordings are held against each other."""

from collections.abc import Callable, Sequence

from schemas.digest import digest
from schemas.text import normalised
from schemas.tracks import Track

_LOOKED_AT = 16
"""Ours: so many others are tried for a partner, so that a partition takes linear time."""


def partners_of(
    tracks: Sequence[Track], n: int, seed: int, may: Callable[[Track, Track], bool]
) -> dict[str, list[Track]]:
    """For each track up to `n` others, by track id; no two are paired twice.

    Tracks stand in a ring in an order that the seed draws, those of a licence together, so that
    most pairs are of one; a track's partners are the next ones that it may be compared with.

    Parameters
    ----------
    tracks : sequence of Track
    n : int
    seed : int
    may : callable
        ``may(one, other)``: whether there is something to compare.
    """
    ring = sorted(tracks, key=lambda each: (each.licence or "", digest([seed, each.track_id])))
    paired: set[frozenset[str]] = set()
    found: dict[str, list[Track]] = {}
    for place, one in enumerate(ring):
        ours = found.setdefault(one.track_id, [])
        behind = (ring[(place + step) % len(ring)] for step in range(1, _LOOKED_AT + 1))
        for other in list(behind)[: len(ring) - 1]:
            pair = frozenset((one.track_id, other.track_id))
            if len(ours) == n or pair in paired or _share_origin(one, other):
                continue
            if may(one, other):
                paired.add(pair)
                ours.append(other)
    return found


def _share_origin(one: Track, other: Track) -> bool:
    """Whether two may be the same song, or come from one record."""
    names = [
        (normalised(left or ""), normalised(right or ""))
        for left, right in ((one.title, other.title), (one.album, other.album))
    ]
    return any(left == right and left for left, right in names)
