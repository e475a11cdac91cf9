"""Where the file is that a listing names: as written, or by another spelling of the same name."""

import os
import re
from collections.abc import Iterator
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import unquote

_FILE_URI = re.compile(r"file:(?://(?:localhost)?(?=/))?", re.IGNORECASE)


class Place(NamedTuple):
    """A file's name, its size and time, or why it is none."""

    uri: str
    size_bytes: int | None = None
    mtime_ns: int | None = None
    reason: str | None = None
    detail: str | None = None


def located(folder: str, written: str) -> Place:
    """Find the file that a listing names.

    Parameters
    ----------
    folder : str
        What relative names are relative to.
    written : str
        A path or a ``file:`` URI. A name that stands for no file as it is written is tried without
        blanks around it, with percent escapes resolved, and with accents composed or taken apart.

    Returns
    -------
    Place
        By the name that the file has on the disk.
    """
    place = status(folder, written)
    if place.reason != "missing":
        return place
    for spelling in dict.fromkeys(_spellings(written)):
        other = status(folder, spelling)
        if other.reason != "missing":
            return other
    return place


def status(folder: str, uri: str) -> Place:
    """Size and time of a file, or why it has none."""
    try:
        found = os.stat(uri if uri.startswith("/") else f"{folder}/{uri}")
    except (FileNotFoundError, NotADirectoryError):
        return Place(uri, reason="missing", detail="there is no such file")
    except OSError as error:
        return Place(uri, reason="unreadable", detail=error.strerror or str(error))
    except ValueError as error:  # a null character, half a surrogate pair
        return Place(uri, reason="unreadable", detail=str(error))
    return Place(uri, found.st_size, found.st_mtime_ns)


def _spellings(written: str) -> Iterator[str]:
    plain = written.strip()
    path = _FILE_URI.sub("", plain, count=1) if plain.lower().startswith("file:") else plain
    for text in (plain, path, unquote(path)):
        yield from (text, normalize("NFC", text), normalize("NFD", text))
