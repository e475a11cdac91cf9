"""Progress: bars in a terminal, lines now and then where there is none."""

import time
from dataclasses import dataclass
from threading import Lock
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

console = Console(stderr=True)
_SECONDS_BETWEEN_LINES = 10.0


@dataclass
class Loudness:
    """What is said beside an answer: by default progress and notes."""

    is_verbose: bool = False

    def set(self, *, quiet: bool, verbose: bool) -> None:
        """Say nothing but what is wrong, or more than usual."""
        console.quiet = quiet
        self.is_verbose = verbose


loudness = Loudness()


def warn(line: str) -> None:
    """Say what is wrong, though it ends nothing; also to those who want it quiet."""
    shown = Console(stderr=True)
    shown.print(line, soft_wrap=True, markup=False, style="yellow")


def tell(line: str) -> None:
    """Say what happens while someone waits."""
    console.print(line, soft_wrap=True, markup=False)


class Display:
    """One bar a stage, safe to advance from several threads."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description:>8}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal or console.quiet,
        )
        self._bars: dict[str, TaskID] = {}
        self._has_lines = not console.is_terminal
        self._counts: dict[str, tuple[int, int]] = {}
        self._said_s = time.monotonic()
        self._lock = Lock()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def expect(self, stage: str, total: int) -> None:
        """Show a bar for so many tracks."""
        self._bars[stage] = self._progress.add_task(stage, total=total)
        self._counts[stage] = (0, total)

    def advance(self, stage: str, done: int) -> None:
        """Move a stage's bar on."""
        self._progress.advance(self._bars[stage], done)
        with self._lock:
            before, total = self._counts[stage]
            self._counts[stage] = (before + done, total)
            is_done = before < total <= before + done
            if self._has_lines and (is_done or self._is_time()):
                self._said_s = time.monotonic()
                console.print(f"{stage} {before + done}/{total}", highlight=False)

    def _is_time(self) -> bool:
        return time.monotonic() - self._said_s >= _SECONDS_BETWEEN_LINES
