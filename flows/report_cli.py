"""`partimento report`: the corpus as pages to look at and listen to."""

from pathlib import Path
from typing import Annotated

import typer

from flows.command import ConfigPath, Roles, fail, open_corpus


def report(
    config: ConfigPath,
    to: Annotated[
        Path | None,
        typer.Option(help="Folder for the pages; by default `report` in the store."),
    ] = None,
    tracks: Annotated[int, typer.Option(min=0, help="Listening pages, at least.")] = 12,
    track: Annotated[
        list[str],
        typer.Option(help="A track to listen to: start of an id, a source_id, or a uri. Repeat."),
    ] = [],  # noqa: B006 - Typer copies it
    embed_audio: Annotated[
        bool, typer.Option(help="Put the sound into the pages, so that they can be handed on.")
    ] = False,
    least_tracks: Annotated[
        int, typer.Option(min=1, help="Name cultures, languages and genres with fewer tracks.")
    ] = 10,
    role: Roles = [],  # noqa: B006
) -> None:
    """Write pages to look at: the corpus in numbers, and tracks to listen to."""
    from flows.report_folder import default_folder
    from flows.reporting import write_report
    from pipeline.corpus.corpus import TrackNotFoundError

    corpus = open_corpus(config, role)
    folder = to or default_folder(corpus.config.store, corpus.config.name)
    try:
        page, n_pages = write_report(
            corpus,
            folder,
            n_tracks=tracks,
            tracks=track,
            embed_audio=embed_audio,
            least_tracks=least_tracks,
        )
    except TrackNotFoundError as error:
        fail(str(error))
    typer.echo(f"{page}: {corpus.snapshot.n_tracks} tracks, {n_pages} to hear")
