"""The one object of a form in a model's words: among prose, fences, and other objects."""

import json
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

F = TypeVar("F", bound=BaseModel)
_MOST_TRIED = 100
"""Ours: a model's words have a few braces; each is tried as a beginning."""
_MOST_COMPLAINTS = 5


class NoObjectError(ValueError):
    """The words hold no object of the form, or several; the message can be shown to the model."""


def find_object(text: str, form: type[F]) -> F:
    """The object of a form that a text holds.

    Parameters
    ----------
    text : str
    form : type[BaseModel]

    Returns
    -------
    BaseModel
        The same object twice is one.

    Raises
    ------
    NoObjectError
        If there is none, or there are two that differ.

    Examples
    --------
    >>> class Key(BaseModel):
    ...     tonic: str
    >>> find_object('Not {"mode": 1} but {"tonic": "G"}.', Key)
    Key(tonic='G')
    """
    found: list[F] = []
    complaint = None
    end = 0
    for start, stop in _objects(text):
        if start < end:
            continue  # within one that is valid
        try:
            value = form.model_validate_json(text[start:stop])
        except ValidationError as error:
            complaint = complaint or _complaint(error)
            continue
        end = stop
        if value not in found:
            found.append(value)
    if len(found) > 1:
        raise NoObjectError(f"it holds {len(found)} different objects of the form: give one")
    if not found:
        raise NoObjectError(complaint or _why_none(text, form))
    return found[0]


def _objects(text: str) -> Iterator[tuple[int, int]]:
    """Where JSON objects start and end, outer ones before those within them."""
    decoder = json.JSONDecoder(object_pairs_hook=_unique)
    start = -1
    for _ in range(_MOST_TRIED):
        start = text.find("{", start + 1)
        if start < 0:
            return
        try:
            yield start, decoder.raw_decode(text, start)[1]
        except (ValueError, RecursionError):
            continue


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a field has two values")
    return fields


def _why_none(text: str, form: type[BaseModel]) -> str:
    """What pydantic says of the text from its first brace on, or of all of it."""
    start, end = text.find("{"), text.rfind("}")
    try:
        form.model_validate_json(text[start : end + 1] if 0 <= start < end else text)
    except ValidationError as error:
        return _complaint(error)
    return "a field has two values"


def _complaint(error: ValidationError) -> str:
    problems = [
        f"{'.'.join(map(str, each['loc'])) or 'the answer'}: {each['msg']}"
        for each in error.errors(include_url=False, include_input=False)
    ]
    return "; ".join(problems[:_MOST_COMPLAINTS])
