"""Write the report and its listening pages, for the command and for the flow."""

import os
import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flows.display import Display
from flows.plots import svg_of
from pipeline.corpus.corpus import Corpus
from pipeline.review.judged import judgements
from pipeline.views.pages.listening import PageAudio, listening_page
from pipeline.views.pages.sound import data_url, draw_waveform
from pipeline.views.report.gather import choose_tracks, gather, refused_tracks
from pipeline.views.report.page import Link, link_to, report_page
from schemas.tracks import Track
from tools.errors import RefusedError
from tools.process_pool import Failure, ProcessPool
from tools.remote.audio import Audio, track_file

N_SAMPLES = 5
LEAST_TRACKS = 10


def write_report(
    corpus: Corpus,
    folder: Path,
    *,
    n_tracks: int,
    tracks: Sequence[str] = (),
    embed_audio: bool = False,
    least_tracks: int = LEAST_TRACKS,
) -> tuple[Path, int]:
    """Write the report, and pages of tracks; of each reason of a refusal one track has a page.

    Parameters
    ----------
    corpus : Corpus
    folder : Path
    n_tracks : int
        Listening pages, at least; with 0 there are those of `tracks` alone.
    tracks : sequence of str, optional
        Tracks that must have one.
    embed_audio : bool, optional
        Whether pages hold their sound.
    least_tracks : int, optional
        Cultures, languages and genres with fewer tracks are named.

    Returns
    -------
    page : Path
    n_pages : int

    Raises
    ------
    TrackNotFoundError
        If there is no such track.
    """
    chosen = choose_tracks(corpus, list(tracks), n_tracks)
    with Display() as display:
        display.expect("shards", len(corpus.commits))
        found = gather(
            corpus,
            least_tracks=least_tracks,
            n_samples=N_SAMPLES,
            progress=partial(display.advance, "shards"),
        )
        if n_tracks:
            chosen = list(dict.fromkeys([*chosen, *refused_tracks(corpus, found.refusals)]))
        display.expect("pages", len(chosen))
        (folder / "tracks").mkdir(parents=True, exist_ok=True)
        links = []
        for link in write_pages(corpus, chosen, folder / "tracks", embed_audio=embed_audio):
            links.append(link)
            display.advance("pages", 1)
    plots = {each.tally.title: svg_of(each) for each in found.distributions}
    page = report_page(found, plots, links, least_tracks=least_tracks)
    write_page(folder / "report.html", page)
    return folder / "report.html", len(links)


def write_pages(
    corpus: Corpus, chosen: list[str], folder: Path, *, embed_audio: bool
) -> Iterator[Link]:
    """Write the listening pages of tracks; a track whose sound is bad has a page that says so."""
    root = corpus.root
    with ProcessPool(corpus.config.execution.workers) as pool:
        for each in corpus.rows_of_tracks(chosen):
            audio = root.at(each.track.uri)
            sound = sound_of(each.track, audio, folder, pool, corpus, embed_audio=embed_audio)
            page = listening_page(each, sound, judgements(each), "../report.html")
            write_page(folder / f"{each.track.track_id}.html", page)
            yield link_to(each, f"tracks/{each.track.track_id}.html")


def sound_of(
    track: Track, audio: Audio, folder: Path, pool: Any, corpus: Corpus, *, embed_audio: bool
) -> PageAudio:
    """A track's sound for a page in `folder`; a file that is another by now has none.

    Audio that lies elsewhere is copied beside the page, unless it is embedded.
    """
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


def _on_page(path: str, linked: Path, folder: Path, work: Any, *, embed_audio: bool) -> PageAudio:
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
