"""Which recordings sound the same, by their sub-fingerprints.

Two recordings that share a sub-fingerprint, all 32 bits of it, are laid over each other there and
compared bit by bit. AcoustID's server (Lalinsky, *Inside the Acoustid server*) looks recordings up
in the same way. Unrelated music shares one in 2^24 pairs of items; one recording in two encodings
shares a tenth to a half of them in place, and one is enough.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np


@dataclass(frozen=True)
class Match:
    """Two recordings that sound the same where they overlap.

    Attributes
    ----------
    query, known : str
        Their names.
    bit_error_rate : float
        Share of bits that differ, 0 to 1; unrelated recordings have 0.4 to 0.5.
    overlap : float
        Share of the shorter one that lies on the other, 0 to 1.
    """

    query: str
    known: str
    bit_error_rate: float
    overlap: float


@dataclass(frozen=True)
class Index:
    """Some thousand recordings, to be looked up by their items.

    Attributes
    ----------
    names : list of str
    items : np.ndarray, shape (n_items,), uint32
        Sub-fingerprints of all, one recording after the other.
    starts : np.ndarray, shape (n_recordings + 1,), int64
        Where each begins among them.
    places : np.ndarray, shape (n_places,), uint64
        Item, number of the recording and position in it, packed, sorted. Held items are there
        once, at their start; what is later than 36 hours is not.
    """

    names: list[str]
    items: np.ndarray
    starts: np.ndarray
    places: np.ndarray

    def length(self, number: int) -> int:
        """Items of a recording."""
        return int(self.starts[number + 1] - self.starts[number])


def index(recordings: Iterable[tuple[str, np.ndarray]]) -> Iterator[Index]:
    """Sort recordings by their items.

    Parameters
    ----------
    recordings : iterable of (str, np.ndarray of shape (n_items,), uint32)
        Names and sub-fingerprints.

    Yields
    ------
    Index
        Of 4096 recordings each, the last of fewer.
    """
    from tools.audio_comparison import MOST_RECORDINGS, places_of

    rest = iter(recordings)
    while some := dict(islice(rest, MOST_RECORDINGS)):
        lengths = [len(each) for each in some.values()]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        items = np.concatenate(list(some.values()))
        places = places_of(items, starts)
        places.sort()
        yield Index(list(some), items, starts, places)


def find_matches(
    queries: Sequence[Index],
    known: Iterable[Index],
    *,
    max_bit_error_rate: float,
    min_overlap: float,
) -> list[Match]:
    """Pairs of recordings that sound the same.

    Parameters
    ----------
    queries : sequence of Index
    known : iterable of Index
        If it is `queries` itself, each pair is found once, and no recording with itself.
    max_bit_error_rate : float
    min_overlap : float
        Share of the shorter recording that must lie on the longer.

    Returns
    -------
    list of Match
        Sorted by query, then by bit error rate; each pair once, where it differs least.
    """
    best: dict[tuple[str, str], Match] = {}
    among = queries is known
    for number, theirs in enumerate(known):
        for ours in queries[: number + 1] if among else queries:
            is_same = among and ours is theirs
            for match in _matches(ours, theirs, is_same, max_bit_error_rate, min_overlap):
                pair = match.query, match.known
                other = best.setdefault(pair, match)
                if (match.bit_error_rate, -match.overlap) < (other.bit_error_rate, -other.overlap):
                    best[pair] = match
    return sorted(best.values(), key=lambda each: (each.query, each.bit_error_rate, each.known))


def _matches(
    ours: Index, theirs: Index, is_same: bool, max_rate: float, min_overlap: float
) -> Iterator[Match]:
    from tools.audio_comparison import compare

    rows = compare(
        (ours.places, ours.items, ours.starts),
        (theirs.places, theirs.items, theirs.starts),
        is_same,
        max_rate,
        min_overlap,
    )
    for query, known, n_wrong_bits, n_items in rows:
        shorter = min(ours.length(query), theirs.length(known))
        rate, overlap = n_wrong_bits / (32 * n_items), n_items / shorter
        yield Match(ours.names[query], theirs.names[known], rate, overlap)
