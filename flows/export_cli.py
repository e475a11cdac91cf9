"""`partimento export`: the rows of a stage as files of their own."""

from typing import Annotated

import typer

from flows.command import ConfigPath, Roles, fail, open_corpus
from flows.names import complete_stage
from flows.output import AsJson, answer
from schemas.config import ConfigError


def export(
    config: ConfigPath,
    rows: Annotated[
        str,
        typer.Option(
            metavar="STAGE",
            help="Whose rows: tracks, or one of {stages}.",
            autocompletion=complete_stage,
        ),
    ],
    to: Annotated[str, typer.Option(help="Folder, or URL of one (s3://, gs://, az://).")],
    role: Roles = [],  # noqa: B006 - Typer copies it
    as_json: AsJson = False,
) -> None:
    """Make a folder hold the rows of a stage as they are built now, and none that are superseded.

    A Parquet file a partition. Done again after another build, it adds what is new and removes what
    is not of this build any more; other files in the folder are left alone.
    """
    from pipeline.release.rows import export_rows

    try:
        done = export_rows(open_corpus(config, role), rows, to)
    except ConfigError as error:
        fail(f"--rows {rows}: {error}")
    words = (
        f"{done.folder}: {done.n_rows} rows of {done.stage}; files: {done.n_written} written, "
        f"{done.n_kept} there already, {done.n_removed} superseded ones removed"
    )
    answer([words], done, as_json=as_json)
