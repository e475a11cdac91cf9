"""The report flow: pages to look at and to listen to."""

from pathlib import Path
from typing import Annotated

from prefect import get_run_logger
from prefect.artifacts import create_link_artifact
from pydantic import Field

from flows.artifacts import publish_refusals
from flows.job import ConfigFile, job
from flows.report_folder import default_folder
from flows.reporting import write_report
from flows.run_names import name_run
from pipeline.corpus.corpus import Corpus
from pipeline.corpus.last_build import as_built
from schemas.config import load_config


@job("report")
def report_corpus(
    config_path: ConfigFile,
    n_tracks: Annotated[
        int, Field(ge=0, description="Listening pages to write, of tracks drawn by chance.")
    ] = 5,
    folder: Annotated[
        str | None, Field(description="Where to; by default `report` in the store.")
    ] = None,
) -> str:
    """Write the report: the corpus in numbers, and tracks to listen to.

    Returns
    -------
    str
        The page.
    """
    config, note = as_built(load_config(config_path))
    if note is not None:
        get_run_logger().warning(note)
    corpus = Corpus.open(config)
    name_run(f"{config.name}: report, snapshot {corpus.snapshot.number}")
    place = Path(folder) if folder else default_folder(config.store, config.name)
    page, n_pages = write_report(corpus, place, n_tracks=n_tracks)
    words = f"{corpus.snapshot.n_tracks} tracks, {n_pages} to hear"
    create_link_artifact(
        link=page.resolve().as_uri(), link_text=str(page), key=f"{config.name}-report",
        description=words,
    )  # fmt: skip
    publish_refusals(corpus, place)
    return str(page)
