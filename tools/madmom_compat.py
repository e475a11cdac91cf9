"""Let madmom 0.16.1 import on today's Python and numpy."""

import collections
import collections.abc
import warnings

import numpy as np

_ALIASES = {"float": float, "int": int, "bool": bool, "complex": complex, "object": object}


def import_madmom() -> None:
    """Give back the names that madmom uses and Python 3.10 and numpy 1.24 dropped.

    Call before the first import of madmom.
    """
    collections.MutableSequence = collections.abc.MutableSequence  # type: ignore[attr-defined]
    for name, value in _ALIASES.items():
        if name not in np.__dict__:
            setattr(np, name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import madmom  # noqa: F401
