"""The build flow: what `pipeline.corpus.build` does, shown in the Prefect UI.

Prefect's unit is (stage, partition): minutes of work, never a record. The commit records are the
truth of what is done, so Prefect's own caching stays off.
"""

from collections.abc import Sequence
from typing import Any

from prefect import flow, get_run_logger

from flows.artifacts import StageProgress, publish
from flows.command import visible
from flows.display import Display, warn
from flows.keys import find_keys
from flows.placement import placement_of
from flows.runner import Tasks
from pipeline.corpus.build import BuildError, build
from pipeline.corpus.workers import Observer
from pipeline.engine.plan import Step
from pipeline.stages import roles_of, stages_until
from schemas.config import CorpusConfig, load_config, with_roles
from schemas.shards import Commit


class Shown(Observer):
    """Shows a build in the terminal, and its progress in the UI.

    Parameters
    ----------
    corpus : str
    display : Display
    """

    def __init__(self, corpus: str, display: Display) -> None:
        self._corpus, self._display = corpus, display
        self._progress: StageProgress | None = None

    def expect(self, stage: str, n_tracks: int) -> None:
        """Show a bar."""
        self._display.expect(stage, n_tracks)

    def advance(self, stage: str, n_tracks: int) -> None:
        """Move a bar on."""
        self._display.advance(stage, n_tracks)

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


@flow(name="build", flow_run_name="{config_path}", persist_result=False)
def build_corpus(
    config_path: str, roles: dict[str, dict[str, Any]] | None = None, until: str | None = None
) -> CorpusConfig:
    """Build a corpus, or bring it up to date.

    Parameters
    ----------
    config_path : str
        The corpus config (YAML).
    roles : dict, optional
        Fields of roles that are other than in the config.
    until : str, optional
        The last stage to run; by default all are.

    Returns
    -------
    CorpusConfig
        What was built: without a recogniser that is configured but not at hand.

    Raises
    ------
    BuildError, ConfigError, EndpointError, MissingToolError
        As `pipeline.corpus.build.build`.
    """
    config = with_roles(load_config(config_path), roles or {})
    keys = find_keys(config, roles_of(stages_until(until), config.roles))
    with Display() as display:
        observer = Shown(config.name, display)
        try:
            corpus = build(
                config,
                until=until,
                keys=keys,
                observer=observer,
                runner=Tasks(),
                placement=placement_of(config.execution),
            )
        except BuildError as error:
            if error.corpus is not None:
                publish(error.corpus)
            raise
    publish(corpus)
    return corpus.config
