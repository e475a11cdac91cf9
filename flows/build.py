"""The build flow: what `pipeline.corpus.build` does, shown in the Prefect UI.

Prefect's unit is (stage, partition): minutes of work, never a record. The commit records are the
truth of what is done, so Prefect's own caching stays off.
"""

from functools import partial
from typing import Annotated

from pydantic import Field

from flows.building import load_for_run, shown_build
from flows.job import LAST_STAGE, ConfigFile, Players, StageName, job, overrides_of
from flows.release import release_if_it_may_be
from pipeline.corpus.build import build
from schemas.config import CorpusConfig


@job("build")
def build_corpus(
    config_path: ConfigFile,
    until: Annotated[StageName, Field(description="The last stage to run.")] = LAST_STAGE,
    roles: Players = [],  # noqa: B006 - Prefect copies it
    then_release: Annotated[
        bool, Field(description="Then release it, if `release.thresholds` of the config hold.")
    ] = False,
) -> CorpusConfig:
    """Build a corpus, or bring it up to date.

    Returns
    -------
    CorpusConfig
        What was built: without a recogniser that is configured but not at hand.

    Raises
    ------
    BuildError, ConfigError, EndpointError, MissingToolError
        As `pipeline.corpus.build.build`.
    """
    config = load_for_run(config_path, overrides_of(roles))
    what = "build" if until == LAST_STAGE else f"build to {until}"
    work = partial(build, config, until=None if until == LAST_STAGE else until)
    corpus = shown_build(config, until, what, work)
    if then_release:
        release_if_it_may_be(config_path, corpus)
    return corpus.config
