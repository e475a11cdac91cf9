"""The export flow: the rows of a stage or a release, as files of their own."""

from pathlib import Path
from typing import Annotated, Literal

from prefect import get_run_logger
from prefect.artifacts import create_table_artifact
from pydantic import Field

from flows.artifacts import key_of
from flows.job import ConfigFile, StageName, job
from flows.run_names import name_run
from pipeline.corpus.corpus import Corpus
from pipeline.corpus.last_build import as_built
from pipeline.engine.store_format import open_store
from pipeline.release.export import export_release
from pipeline.release.folder import find_release
from pipeline.release.rows import export_rows
from schemas.config import ConfigError, CorpusConfig, load_config

Format = Literal["hf", "delta", "webdataset"]


@job("export")
def export_corpus(
    config_path: ConfigFile,
    folder: Annotated[
        str, Field(description="Where to: for rows also a URL (s3://, gs://, az://).")
    ],
    stage: Annotated[
        StageName | None,
        Field(description="Export the rows of this stage, as they are built now. Again: follow."),
    ] = None,
    release: Annotated[
        str | None, Field(description="Or export this release, into a new folder.")
    ] = None,
    release_format: Annotated[Format, Field(description="For whom a release is.")] = "hf",
) -> None:
    """Export the rows of a stage, none of them superseded, or a release for other readers.

    Raises
    ------
    ConfigError
        If not one of `stage` and `release` is given.
    NotBuiltError, ReleaseError, StoreError
        If there is nothing to read, or it cannot be read or written.
    """
    if (stage is None) == (release is None):
        raise ConfigError("give either `stage` or `release`")
    config = load_config(config_path)
    if stage is not None:
        _export_rows(config, stage, folder)
    elif release is not None:
        name_run(f"{config.name}: export release {release}")
        written = export_release(
            find_release(open_store(config.store), release), release_format, Path(folder)
        )
        get_run_logger().info("%s: %s", release, ", ".join(map(str, written)))


def _export_rows(config: CorpusConfig, stage: str, folder: str) -> None:
    built, note = as_built(config)
    if note is not None:
        get_run_logger().warning(note)
    corpus = Corpus.open(built)
    name_run(f"{built.name}: export {stage}, snapshot {corpus.snapshot.number}")
    done = export_rows(corpus, stage, folder)
    create_table_artifact(
        table=[vars(done)], key=f"{key_of(built.name, stage)}-export", description=folder
    )
