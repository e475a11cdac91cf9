"""What a key that a config does not know was meant to be, and where that belongs."""

import types
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

_LEAST_HERE = 0.7
"""Ours: `windows` is `window_s` (0.80); `notes` is not `roles` (0.60)."""
_SAME_WORDS, _INITIALS = 0.85, 0.9
"""Ours: `max_tokens` is `max_output_tokens`, `rpm` is `requests_per_minute`."""
_LEAST_ELSEWHERE = 0.85
"""Ours: a key of another section is meant if it is as good as the same."""
_HERE, _BELOW = 0.2, 0.1
"""Ours: among keys that are about as alike, the nearer is meant."""


def nearest_key(model: type[BaseModel], location: tuple[int | str, ...]) -> str | None:
    """The known key that is most like an unknown one.

    Parameters
    ----------
    model : type of BaseModel
        Of the whole config.
    location : tuple of int or str
        Where the unknown key stands.

    Returns
    -------
    str or None
        Its dotted path: from where the unknown key stands if it belongs there or below, else from
        the top of the config. None where nothing is like it.

    Examples
    --------
    >>> from schemas.roles import RolesConfig
    >>> nearest_key(RolesConfig, ("writer", "temperature"))
    'sampling.temperature'
    """
    *above, name = map(str, location)
    near = [(path, _HERE if len(path) == 1 else _BELOW) for path in _paths(_model_at(model, above))]
    far = [(path, 0.0) for path in _paths(model)] if above else []
    found = [
        (likeness + nearness, ".".join(path))
        for path, nearness in near + far
        if (likeness := _likeness(name, path[-1]))
        >= (_LEAST_HERE if nearness == _HERE else _LEAST_ELSEWHERE)
    ]
    return max(found, default=(0.0, None), key=lambda each: each[0])[1]


def _likeness(ours: str, theirs: str) -> float:
    """How alike two names are, from 0 to 1."""
    ours = ours.lower().replace("-", "_")
    words = theirs.split("_")
    if ours == "".join(word[0] for word in words) and len(words) > 1:
        return _INITIALS
    alike = SequenceMatcher(None, ours, theirs).ratio()
    return max(alike, _SAME_WORDS if {*ours.split("_")} <= {*words} else 0.0)


def _paths(model: type[BaseModel] | None) -> Iterator[tuple[str, ...]]:
    """All keys of a model and of what is in it."""
    for name, info in model.model_fields.items() if model else ():
        yield (name,)
        yield from ((name, *rest) for rest in _paths(_model_in(info.annotation)))


def _model_at(model: type[BaseModel] | None, path: list[str]) -> type[BaseModel] | None:
    for name in path:
        if model is None or name.isdigit():
            continue
        info = model.model_fields.get(name)
        model = info and _model_in(info.annotation)
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a field holds, alone or in a list; None for other values."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, types.UnionType, list, tuple):
        return next(filter(None, map(_model_in, get_args(annotation))), None)
    return None
