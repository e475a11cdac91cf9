"""Files of one JSON value a line, to which lines are added; a kill may leave half of one."""

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)


def append(path: Path, value: Any) -> None:
    """Add a line; behind half a line, a new one is begun."""
    line = json.dumps(value, ensure_ascii=False).encode() + b"\n"
    with path.open("ab+") as file:
        if file.tell() and not _ends_line(file):
            line = b"\n" + line
        file.write(line)


def read(path: Path) -> Iterator[Any]:
    """The values of a file that need not be there; half lines are named in the log, and left out.

    Yields
    ------
    Any
        In the order of the file.
    """
    if not path.exists():
        return
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            yield json.loads(line)
        except ValueError:
            _log.warning("%s, line %d was cut off and is left out", path, number)


def _ends_line(file: Any) -> bool:
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) == b"\n")
