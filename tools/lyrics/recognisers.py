"""All that hears in one build: a process for each recogniser, and one for the separator."""

from contextlib import ExitStack
from typing import Self

from schemas.transcribe import TranscribeConfig
from tools.lyrics.demucs import load_separator
from tools.lyrics.recogniser_process import RecogniserProcess
from tools.process_pool import Failure, ProcessPool

PARTS = ("recogniser", "fallback", "second_opinion")
LOADING_LIMIT_S = 3600.0


class Recognisers:
    """The recognisers of a build. Nothing is started before it is needed.

    Parameters
    ----------
    config : TranscribeConfig
    padded_s : float
        Seconds of sound in a batch, with padding.

    Attributes
    ----------
    processes : dict of str to RecogniserProcess
        By their name in the config; only those that are configured, and heard by no role.
    separating : ProcessPool or None
        One process, for a separator that wants the GPU to itself.
    """

    def __init__(self, config: TranscribeConfig, *, padded_s: float) -> None:
        self.padded_s = padded_s
        self._config = config
        self._open = ExitStack()
        self.processes: dict[str, RecogniserProcess] = {}
        self.separating: ProcessPool | None = None

    def __enter__(self) -> Self:
        for part in PARTS:
            each = getattr(self._config, part)
            if each is not None and each.engine != "role":
                self.processes[part] = self._open.enter_context(RecogniserProcess(each))
        if self._config.separator is not None:
            self.separating = self._open.enter_context(ProcessPool(1))
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        self._open.__exit__(kind, *error)  # type: ignore[arg-type]

    def stop(self) -> None:
        """End all work at once: who waits for a result gets a `StoppedError`."""
        for process in self.processes.values():
            process.stop()
        if self.separating is not None:
            self.separating.stop()

    def check(self) -> list[str]:
        """Load all models; what is not at hand, and how to get it, one line a model."""
        found = [
            f"transcribe.{part}: {loaded.detail}"
            for part, process in self.processes.items()
            if isinstance(loaded := process.load(), Failure)
        ]
        if self.separating is not None and (name := self._config.separator) is not None:
            load = self.separating.submit(_load_separator, name, time_limit_s=LOADING_LIMIT_S)
            if isinstance(outcome := load.result(), Failure):
                found.append(f"transcribe.separator: {outcome.detail}")
        return found


def _load_separator(name: str) -> None:
    load_separator(name)
