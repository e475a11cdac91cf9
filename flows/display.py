"""Progress bars in a terminal; nothing where there is none (the Prefect UI has its own)."""

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
            disable=not console.is_terminal,
        )
        self._bars: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def expect(self, stage: str, total: int) -> None:
        """Show a bar for so many tracks."""
        self._bars[stage] = self._progress.add_task(stage, total=total)

    def advance(self, stage: str, done: int) -> None:
        """Move a stage's bar on."""
        self._progress.advance(self._bars[stage], done)
