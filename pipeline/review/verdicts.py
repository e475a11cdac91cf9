"""People's verdicts in the store: one small object each, written before the page goes on."""

import re
from collections.abc import Iterable

from pipeline.engine.records import read_record, to_json
from schemas.digest import digest
from schemas.review import HumanVerdict
from tools.store import Store

_FOLDER = "reviews"
WAY_OUT = "restore it from a copy, or delete it, which takes the verdict back"
_NAME = re.compile(r"reviews/[0-9a-f]{16}/\d{6,}\.json")


def keep_verdict(store: Store, verdict: HumanVerdict) -> str:
    """Write a verdict; nothing that was written before is changed.

    One that is sent again, since its answer did not arrive, is kept once.

    Returns
    -------
    str
        Its path, ``reviews/<digest of the reviewer's name>/<number>.json``.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    folder = f"{_FOLDER}/{digest(verdict.reviewer)[:16]}"
    earlier = _paths(store, folder)
    if earlier:
        last = _read(store, earlier[-1])
        if last.model_copy(update={"made_at": verdict.made_at}) == verdict:
            return earlier[-1]
    number, data = len(earlier), to_json(verdict)
    while not store.put(path := f"{folder}/{number:06d}.json", data):
        number += 1  # the same person in another window was faster
    return path


def read_verdicts(store: Store) -> list[HumanVerdict]:
    """All verdicts ever given; of each reviewer, in the order they were given.

    Raises
    ------
    DamagedError
        If one is not as it was written.
    """
    return [_read(store, path) for path in _paths(store, _FOLDER)]


def standing(verdicts: Iterable[HumanVerdict]) -> list[HumanVerdict]:
    """The last verdict of every reviewer on every text: people may change their mind."""
    last = {(each.reviewer, each.stage, each.row_id, each.text_hash): each for each in verdicts}
    return list(last.values())


def _paths(store: Store, folder: str) -> list[str]:
    return [path for path in store.list(folder) if _NAME.fullmatch(path)]


def _read(store: Store, path: str) -> HumanVerdict:
    return read_record(store, path, HumanVerdict, WAY_OUT)
