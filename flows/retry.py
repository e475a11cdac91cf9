"""The retry flow: rows that were refused, and values left null, are tried again."""

from typing import Annotated

from prefect import get_run_logger
from pydantic import Field

from flows.build import build_corpus
from flows.building import load_for_run
from flows.job import ConfigFile, Players, StageName, job, overrides_of
from flows.run_names import name_run
from pipeline.corpus.corpus import Corpus
from pipeline.corpus.retry import MAY_PASS, check_reasons, retry


@job("retry")
def retry_corpus(
    config_path: ConfigFile,
    stage: Annotated[
        StageName, Field(description="The stage that refused rows, or left values null.")
    ],
    reasons: Annotated[
        list[str], Field(description="For which reasons; by default those that may pass.")
    ] = list(MAY_PASS),  # noqa: B006
    then_build: Annotated[
        bool, Field(description="Then build; else the next build tries them.")
    ] = True,
    roles: Players = [],  # noqa: B006
) -> int:
    """Send refused rows and nulls of a stage again.

    Returns
    -------
    int
        How many.

    Raises
    ------
    ConfigError
        If nothing of the corpus has such a reason.
    """
    config = load_for_run(config_path, overrides_of(roles))
    name_run(f"{config.name}: retry {stage}")
    if (corpus := Corpus.find(config)) is not None:
        check_reasons(corpus, reasons)
    found, n_partitions = retry(config, stage, reasons)
    rows = ", ".join(f"{n} {why}" for why, n in found.most_common()) or "nothing to send again"
    get_run_logger().info("%s: %s in %d partitions", stage, rows, n_partitions)
    if then_build and found:
        build_corpus(config_path, roles=roles)
    return found.total()
