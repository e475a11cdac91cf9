"""People's verdicts in the store: one small object each, written before the page goes on."""

from collections.abc import Iterable

from schemas.digest import digest
from schemas.review import HumanVerdict
from tools.store import Store

_FOLDER = "reviews"


def keep_verdict(store: Store, verdict: HumanVerdict) -> str:
    """Write a verdict; nothing that was written before is changed.

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
    number = len(store.list(folder))
    data = verdict.model_dump_json(indent=1).encode()
    while not store.put(path := f"{folder}/{number:06d}.json", data):
        number += 1  # the same person in another window was faster
    return path


def read_verdicts(store: Store) -> list[HumanVerdict]:
    """All verdicts ever given; of each reviewer, in the order they were given."""
    return [
        HumanVerdict.model_validate_json(store.get(path))
        for path in store.list(_FOLDER)
        if path.endswith(".json")
    ]


def standing(verdicts: Iterable[HumanVerdict]) -> list[HumanVerdict]:
    """The last verdict of every reviewer on every text: people may change their mind."""
    last = {(each.reviewer, each.stage, each.row_id, each.text_hash): each for each in verdicts}
    return list(last.values())
