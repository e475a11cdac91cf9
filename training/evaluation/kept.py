"""Answers and marks, kept in files as they come: run again, only what is missing is asked."""

import json
import logging
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)


class KeptLines:
    """Values by key, one JSON line each; safe to be killed at any moment.

    Parameters
    ----------
    path : Path
        Files of other processes, ``<stem>.*.jsonl`` beside it, are read too, and never written.
    rank : int
        Whose file this process writes.
    """

    def __init__(self, path: Path, rank: int = 0) -> None:
        self._own = path if rank == 0 else path.with_suffix(f".{rank}.jsonl")
        self._files = path
        self.values: dict[str, Any] = {}
        self.read()

    def read(self) -> None:
        """Read what all processes have written so far."""
        stem = self._files.stem
        for path in [self._files, *sorted(self._files.parent.glob(f"{stem}.*.jsonl"))]:
            if path.exists():
                self.values |= _lines(path)

    def add(self, key: str, value: Any) -> None:
        """Keep a value; it is on its way to the disk when this returns."""
        self.values[key] = value
        is_whole = not self._own.exists() or self._own.read_bytes()[-1:] in (b"", b"\n")
        with self._own.open("a", encoding="utf-8") as file:
            line = json.dumps({"key": key, "value": value}, ensure_ascii=False)
            file.write(("" if is_whole else "\n") + line + "\n")


def _lines(path: Path) -> dict[str, Any]:
    found = {}
    for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
        try:
            kept = json.loads(line)
            found[kept["key"]] = kept["value"]
        except (ValueError, KeyError, TypeError):
            _log.warning("%s, line %d was cut off and is asked again", path, number)
    return found
