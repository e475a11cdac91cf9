"""People's verdicts in the store: one small object each, written before the page goes on.

What a person says of many rows at once, or takes back, is one object, too: all that is said is only
ever added to, so that people who work at the same time lose nothing.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from pipeline.engine.records import from_json, to_json
from schemas.digest import digest
from schemas.ids import track_of
from schemas.review import BulkVerdict, HumanVerdict, Withdrawal
from tools.store import DamagedError, Store

Said = HumanVerdict | BulkVerdict | Withdrawal
_FOLDER = "reviews"
WAY_OUT = "restore it from a copy, or delete it, which takes the verdict back"
_NAME = re.compile(r"reviews/[0-9a-f]{16}/\d{6,}\.json")
_BY_FIELD: Mapping[str, type[BulkVerdict] | type[Withdrawal]] = {
    "texts": BulkVerdict,
    "withdraws": Withdrawal,
}


def keep_verdict(store: Store, said: Said) -> str:
    """Write what a person said; nothing that was written before is changed.

    What is sent again, since its answer did not arrive, is kept once.

    Returns
    -------
    str
        Its path, ``reviews/<digest of the reviewer's name>/<number>.json``.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    folder = folder_of(said.reviewer)
    earlier = _paths(store, folder)
    if earlier:
        last = read_said(store, earlier[-1])
        if last.model_copy(update={"made_at": said.made_at}) == said:
            return earlier[-1]
    number, data = len(earlier), to_json(said)
    while not store.put(path := f"{folder}/{number:06d}.json", data):
        number += 1  # the same person in another window was faster
    return path


def read_verdicts(store: Store) -> list[HumanVerdict]:
    """All verdicts that nobody took back; of each reviewer, in the order they were given.

    Raises
    ------
    DamagedError
        If one is not as it was written.
    """
    said = {path: read_said(store, path) for path in said_paths(store)}
    gone = withdrawn(said)
    return [each for path, one in said.items() if path not in gone for each in verdicts_of(one)]


def said_paths(store: Store) -> list[str]:
    """Paths of all that people said; of each reviewer, in the order it was said."""
    return _paths(store, _FOLDER)


def read_said(store: Store, path: str) -> Said:
    """What a person said, from its path.

    Raises
    ------
    DamagedError
        If it is not as it was written.
    """
    data = store.get(path)
    try:
        return from_json(data, _model_of(data))
    except ValueError as error:
        raise DamagedError(f"{store.location}: {path} {error}: {WAY_OUT}") from None


def verdicts_of(said: Said) -> Iterator[HumanVerdict]:
    """The verdicts on single texts that lie in what a person said."""
    if isinstance(said, HumanVerdict):
        yield said
    elif isinstance(said, BulkVerdict):
        for stage, texts in said.texts.items():
            for row_id, text_hash in texts.items():
                yield HumanVerdict(
                    stage=stage,
                    row_id=row_id,
                    track_id=track_of(row_id),
                    text_hash=text_hash,
                    reviewer=said.reviewer,
                    verdict=said.verdict,
                    reasons=said.reasons,
                    comment=said.comment,
                    is_blind=False,
                    in_bulk=True,
                    made_at=said.made_at,
                )


def withdrawn(said: Mapping[str, Said]) -> set[str]:
    """Paths of what was taken back, each by whom it is of."""
    return {
        each.withdraws
        for each in said.values()
        if isinstance(each, Withdrawal) and each.withdraws.startswith(folder_of(each.reviewer))
    }


def standing(verdicts: Iterable[HumanVerdict]) -> list[HumanVerdict]:
    """The last verdict of every reviewer on every text: people may change their mind."""
    last = {(each.reviewer, each.stage, each.row_id, each.text_hash): each for each in verdicts}
    return list(last.values())


def folder_of(reviewer: str) -> str:
    """Where a person's verdicts lie."""
    return f"{_FOLDER}/{digest(reviewer)[:16]}"


def _paths(store: Store, folder: str) -> list[str]:
    return [path for path in store.list(folder) if _NAME.fullmatch(path)]


def _model_of(data: bytes) -> type[Said]:
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        return HumanVerdict
    return next(
        (model for name, model in _BY_FIELD.items() if isinstance(fields, dict) and name in fields),
        HumanVerdict,
    )
