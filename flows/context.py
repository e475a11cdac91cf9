"""What the flows of one build share."""

from dataclasses import dataclass
from pathlib import Path

from flows.display import Display
from pipeline.engine.stage import Executor
from schemas.config import CorpusConfig
from tools.chat.models import Models
from tools.lyrics.hearing import Hearing
from tools.store import Store


@dataclass(frozen=True)
class Build:
    """One build: its config, where it writes, who works, and what people see of it."""

    config: CorpusConfig
    store: Store
    root: Path
    executor: Executor
    display: Display
    models: Models
    hearing: Hearing | None = None

    def stop(self) -> None:
        """End all work: what is bought already is waited for and kept."""
        self.executor.stop()
        if self.hearing is not None:
            self.hearing.stop()
        self.models.stop()
