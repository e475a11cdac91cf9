"""What flows have in common that work on steps: shown in the terminal and in the Prefect UI."""

from collections.abc import Callable, Sequence
from typing import Any

from prefect import get_run_logger
from prefect.runtime import deployment

from flows.artifacts import StageProgress, publish, publish_failure, publish_numbers
from flows.command import visible
from flows.deployed import refresh_choices
from flows.display import Display, warn
from flows.events import BUDGET_REACHED, tell, tell_of_build
from flows.keys import find_keys
from flows.placement import placement_of
from flows.run_names import name_run
from flows.runner import Tasks
from pipeline.corpus.build import BuildError
from pipeline.corpus.corpus import Corpus
from pipeline.corpus.outcomes import in_short
from pipeline.corpus.workers import Observer
from pipeline.engine.plan import Step
from pipeline.stages import roles_of, stages_until
from pipeline.views.status import read_status
from schemas.config import CorpusConfig, load_config, with_roles
from schemas.shards import Commit, Snapshot
from tools.chat.request import BudgetReachedError


class Shown(Observer):
    """Shows a build in the terminal, and its progress in the UI.

    Parameters
    ----------
    corpus : str
    display : Display
    tasks : Tasks
        Told which snapshot its runs are of.
    what : str
        What is done, for the name of the run.
    """

    def __init__(self, corpus: str, display: Display, tasks: Tasks, what: str) -> None:
        self._corpus, self._display, self._tasks, self._what = corpus, display, tasks, what
        self._progress: StageProgress | None = None

    def expect(self, stage: str, n_tracks: int) -> None:
        """Show a bar."""
        self._display.expect(stage, n_tracks)

    def advance(self, stage: str, n_tracks: int) -> None:
        """Move a bar on."""
        self._display.advance(stage, n_tracks)

    def ingested(self, snapshot: Snapshot) -> None:
        """Name the run after the snapshot."""
        self._tasks.snapshot = snapshot.number
        name_run(f"{self._corpus}: {self._what}, snapshot {snapshot.number}")

    def planned(self, todo: Sequence[Step]) -> None:
        """Begin a progress artifact for every stage."""
        self._progress = StageProgress(self._corpus, todo)

    def done(self, commit: Commit) -> None:
        """Count a step that is done."""
        assert self._progress is not None
        self._progress.add(commit)

    def warn(self, words: str) -> None:
        """Say it in the terminal and in the log."""
        get_run_logger().warning(words)
        warn(visible(words))


def load_for_run(config_path: str, roles: dict[str, dict[str, Any]] | None = None) -> CorpusConfig:
    """The config of a run, some roles of which are others."""
    return with_roles(load_config(config_path), roles or {})


def shown_build(config: CorpusConfig, until: str, what: str, work: Callable[..., Corpus]) -> Corpus:
    """Do something of a build; what came of it, or why it failed, is left in the UI.

    Parameters
    ----------
    config : CorpusConfig
    until : str
        The last stage that is run.
    what : str
        What is done, for the name of the run.
    work : callable
        ``work(keys=, observer=, runner=, placement=)`` gives the corpus.

    Raises
    ------
    Exception
        What `work` raises.
    """
    tasks = Tasks(config.name)
    try:
        keys = find_keys(config, roles_of(stages_until(until), config.roles))
        with Display() as display:
            corpus = work(
                keys=keys,
                observer=Shown(config.name, display, tasks, what),
                runner=tasks,
                placement=placement_of(config.execution),
            )
    except Exception as error:
        publish_failure(config.name, error)
        if isinstance(error, BudgetReachedError):  # before the first step, e.g. by a probe
            tell(config.name, BUDGET_REACHED, words=str(error))
        if isinstance(error, BuildError):
            tell_of_build(config, None, error.failures)
            if error.failures:
                short = in_short(error.failures)
                name_run(f"{config.name}: {what} failed: {short}, snapshot {tasks.snapshot}")
            if error.corpus is not None:
                publish_numbers(error.corpus)
                _refresh_forms(config)
        raise
    publish(corpus)
    _refresh_forms(config)
    tell_of_build(config, read_status(corpus), ())
    return corpus


def _refresh_forms(config: CorpusConfig) -> None:
    """A build may refuse rows for reasons that no form lists yet."""
    if deployment.id is not None:
        refresh_choices(config)
