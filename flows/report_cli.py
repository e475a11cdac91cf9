"""`partimento report`: the corpus as pages to look at and listen to."""

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from flows.command import ConfigPath, Roles, fail, open_corpus
from flows.display import Display

if TYPE_CHECKING:
    from pipeline.corpus.corpus import Corpus
    from pipeline.views.pages.listening import PageAudio
    from pipeline.views.report.page import Link
    from schemas.tracks import Track
    from tools.remote.audio import Audio

N_SAMPLES = 5


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
    from flows.plots import svg_of
    from pipeline.corpus.corpus import TrackNotFoundError
    from pipeline.views.report.gather import choose_tracks, gather
    from pipeline.views.report.page import report_page

    corpus = open_corpus(config, role)
    folder = to or _default_folder(corpus.config.store, corpus.config.name)
    try:
        chosen = choose_tracks(corpus, track, tracks)
    except TrackNotFoundError as error:
        fail(str(error))
    with Display() as display:
        display.expect("shards", len(corpus.commits))
        display.expect("pages", len(chosen))
        found = gather(
            corpus,
            least_tracks=least_tracks,
            n_samples=N_SAMPLES,
            progress=partial(display.advance, "shards"),
        )
        (folder / "tracks").mkdir(parents=True, exist_ok=True)
        links = []
        for link in write_pages(corpus, chosen, folder / "tracks", embed_audio=embed_audio):
            links.append(link)
            display.advance("pages", 1)
    plots = {each.tally.title: svg_of(each) for each in found.distributions}
    page = report_page(found, plots, links, least_tracks=least_tracks)
    write_page(folder / "report.html", page)
    typer.echo(f"{folder / 'report.html'}: {corpus.snapshot.n_tracks} tracks, {len(links)} to hear")


def write_pages(
    corpus: "Corpus", chosen: list[str], folder: Path, *, embed_audio: bool
) -> "Iterator[Link]":
    """Write the listening pages of tracks; a track whose sound is bad has a page that says so."""
    from pipeline.review.judged import judgements
    from pipeline.views.pages.listening import listening_page
    from pipeline.views.report.page import link_to
    from tools.process_pool import ProcessPool

    root = corpus.root
    with ProcessPool(corpus.config.execution.workers) as pool:
        for each in corpus.rows_of_tracks(chosen):
            audio = root.at(each.track.uri)
            sound = sound_of(each.track, audio, folder, pool, corpus, embed_audio=embed_audio)
            page = listening_page(each, sound, judgements(each), "../report.html")
            write_page(folder / f"{each.track.track_id}.html", page)
            yield link_to(each, f"tracks/{each.track.track_id}.html")


def sound_of(
    track: "Track", audio: "Audio", folder: Path, pool: Any, corpus: "Corpus", *, embed_audio: bool
) -> "PageAudio":
    """A track's sound for a page in `folder`; a file that is another by now has none.

    Audio that lies elsewhere is copied beside the page, unless it is embedded.
    """
    from pipeline.views.pages.listening import PageAudio
    from tools.errors import RefusedError
    from tools.remote.audio import track_file

    try:
        with track_file(audio, track.track_id) as path:
            if embed_audio or isinstance(audio, str):
                linked = Path(path)
            else:
                linked = folder / Path(path).name
                shutil.copyfile(path, linked)
            limit_s = corpus.config.execution.time_limit_s
            return _on_page(
                path,
                linked,
                folder,
                partial(pool.map, time_limit_s=limit_s),
                embed_audio=embed_audio,
            )
    except RefusedError as error:
        return PageAudio("", None, f"{error.reason}: {error.detail}")


def _on_page(path: str, linked: Path, folder: Path, work: Any, *, embed_audio: bool) -> "PageAudio":
    from pipeline.views.pages.listening import PageAudio
    from pipeline.views.pages.sound import data_url, draw_waveform
    from tools.process_pool import Failure

    ((_, waveform),) = work(draw_waveform, [path])
    url = quote(Path(os.path.relpath(linked, folder)).as_posix())
    if isinstance(waveform, Failure):
        return PageAudio(url, None, f"{waveform.reason}: {waveform.detail}")
    if embed_audio:
        ((_, embedded),) = work(data_url, [path])
        if isinstance(embedded, Failure):
            return PageAudio(url, waveform, f"{embedded.reason}: {embedded.detail}")
        url = embedded
    return PageAudio(url, waveform)


def write_page(path: Path, page: str) -> None:
    """Write a page at once or not at all; half a surrogate pair becomes a question mark."""
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(page.encode("utf-8", "replace"))
    unfinished.replace(path)


def _default_folder(store: str, name: str) -> Path:
    local = store.removeprefix("file://")
    return Path(f"{name}-report") if "://" in local else Path(local) / "report"
