"""Records: small JSON objects of a store, each with a checksum of all else in it."""

import json
from typing import Any, TypeVar

from pydantic import ValidationError

from schemas.digest import digest
from schemas.record import Record
from tools.store import DamagedError, Store

R = TypeVar("R", bound=Record)
CHECKSUM = "checksum"


def to_json(record: Record) -> bytes:
    """A record as it is stored."""
    fields = record.model_dump(mode="json")
    whole = fields | {CHECKSUM: digest(fields)}
    return json.dumps(whole, indent=1, ensure_ascii=False).encode()


def read_record(store: Store, path: str, model: type[R], way_out: str) -> R:
    """A record of a store; one of before there were checksums is taken as it is.

    Parameters
    ----------
    store : Store
    path : str
    model : type of Record
    way_out : str
        What to do where the record is damaged.

    Raises
    ------
    MissingError
        If there is none.
    DamagedError
        If it is not as it was written, or has fields that this version does not know.
    """
    try:
        return from_json(store.get(path), model)
    except ValueError as error:
        raise DamagedError(f"{store.location}: {path} {error}: {way_out}") from None


def from_json(data: bytes, model: type[R]) -> R:
    """A record from its bytes.

    Raises
    ------
    ValueError
        Saying in some words what is wrong with it.
    """
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise ValueError(f"is no record ({len(data)} bytes)")
    checksum = fields.pop(CHECKSUM, None)
    if checksum is not None and checksum != digest(fields):
        raise ValueError("was changed since it was written (checksum)")
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise ValueError(_explain(error, fields)) from None


def _explain(error: ValidationError, fields: dict[str, Any]) -> str:
    details = error.errors()
    unknown = [_name(each) for each in details if each["type"] == "extra_forbidden"]
    newer = "which this version does not know. Use a newer Partimento; if it is damaged"
    if any(each["loc"] == ("format",) for each in details):
        return f"is of form {fields.get('format')!r}, {newer}"
    if unknown:
        return f"has fields ({', '.join(unknown[:3])}), {newer}"
    return f"is damaged ({_name(details[0])}: {details[0]['msg']})"


def _name(details: Any) -> str:
    return ".".join(map(str, details["loc"])) or "the whole"
