"""Answers and marks, kept in files as they come: run again, only what is missing is asked."""

from pathlib import Path
from typing import Any

from training import json_lines


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
        for path in [self._files, *sorted(self._files.parent.glob(f"{self._files.stem}.*.jsonl"))]:
            self.values |= {line["key"]: line["value"] for line in json_lines.read(path)}

    def add(self, key: str, value: Any) -> None:
        """Keep a value; it is on its way to the disk when this returns."""
        self.values[key] = value
        json_lines.append(self._own, {"key": key, "value": value})
