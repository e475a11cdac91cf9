"""The review page's server: one person's clip_workers, on this machine.

It listens on a loopback address unless told otherwise, and has no login. Other web pages that are
open in the same browser must not use it: requests must name one of its own hosts (or a name that
someone points to this machine would do), and verdicts must come from its own page.
"""

import tempfile
from collections.abc import Iterable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
)
from starlette.routing import Route

from flows.review_http import answer_to
from flows.review_table import table_routes
from pipeline.review.queue import ReviewQueue
from pipeline.review.table import ReviewTable
from pipeline.review.taking import UnknownRowError
from pipeline.views.pages import render, script_hash
from pipeline.views.pages.sound import PLAYABLE, draw_waveform, write_playable
from schemas.review import REVIEW_REASONS
from tools.errors import RefusedError, UnreachableError
from tools.process_pool import Failure, ProcessPool
from tools.remote.audio import track_file

_SCRIPTS = ("kit.js", "lanes.js", "player.js", "reviewer.js", "review.js", "table.js")
_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src {' '.join(map(script_hash, _SCRIPTS))}",
        f"style-src {script_hash('kit.css')}",
        "connect-src 'self'",
        "media-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def review_app(
    queue: ReviewQueue, pool: ProcessPool, *, hosts: Iterable[str], reviewer: str | None
) -> Starlette:
    """The application: a sample one by one, and the table of all rows.

    Parameters
    ----------
    queue : ReviewQueue
        The sample; the table is of its corpus.
    pool : ProcessPool
        Decodes audio: a bad file costs its waveform, not the server.
    hosts : iterable of str
        The ``host:port`` under which it may be reached.
    reviewer : str or None
        The name that the page starts with.

    Returns
    -------
    Starlette
    """
    data = {
        "corpus": queue.corpus.config.name,
        "reviewer": reviewer,
        "reasons": [[code, _in_words(code)] for code in REVIEW_REASONS],
    }
    served = _Served(queue, pool, data)
    return Starlette(
        routes=[
            Route("/", served.page),
            Route("/api/done", served.done),
            Route("/api/items/{number:int}", served.item),
            Route("/api/verdicts", served.verdict, methods=["POST"]),
            Route("/audio/{track_id:str}", served.audio),
            *table_routes(ReviewTable(queue.corpus), data),
        ],
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=partial(_guard, frozenset(hosts)))],
    )


class _Served:
    """The pages and answers, over one queue."""

    def __init__(self, queue: ReviewQueue, pool: ProcessPool, data: dict[str, Any]) -> None:
        self._queue = queue
        self._pool = pool
        self._data = data
        self._uris = dict(queue.corpus.tracks.select("track_id", "uri").iter_rows())
        self._root = queue.corpus.root
        self._limit_s = queue.corpus.config.execution.time_limit_s
        self._transcoded = tempfile.TemporaryDirectory(prefix="partimento-review-")
        self._waveform = lru_cache(maxsize=64)(self._draw)

    def page(self, request: Request) -> Response:
        data = self._data | {
            "n_items": len(self._queue.items),
            "is_blind": not self._queue.shows_scores,
        }
        return HTMLResponse(render("review", title=f"Review {data['corpus']}", data=data))

    def done(self, request: Request) -> Response:
        verdicts = self._queue.done(request.query_params.get("reviewer", ""))
        return JSONResponse([each and each.model_dump() for each in verdicts])

    def item(self, request: Request) -> Response:
        try:
            found = self._queue.describe(request.path_params["number"])
        except UnknownRowError as error:
            raise HTTPException(404, str(error)) from error
        waveform = self._waveform(found["track_id"])
        if isinstance(waveform, Failure):
            found["problem"] = f"{waveform.reason}: {waveform.detail}"
        else:
            found["score"]["waveform"] = waveform
        return JSONResponse(found)

    async def verdict(self, request: Request) -> Response:
        verdict = await answer_to(request, self._queue.take)
        return JSONResponse(verdict.model_dump(), status_code=201)

    def audio(self, request: Request) -> Response:
        path = self._path_of(request.path_params["track_id"])
        kind = PLAYABLE.get(path.suffix.lower())
        if kind is not None:
            return FileResponse(path, media_type=kind)
        copy = Path(self._transcoded.name) / f"{request.path_params['track_id']}.flac"
        if not copy.exists():
            work = partial(write_playable, to=str(copy))
            ((_, outcome),) = self._pool.map(work, [str(path)], time_limit_s=self._limit_s)
            if isinstance(outcome, Failure):
                raise HTTPException(415, f"{outcome.reason}: {outcome.detail}")
        return FileResponse(copy, media_type="audio/flac")

    def _path_of(self, track_id: str) -> Path:
        """The file of a track of the corpus, and of nothing else."""
        if track_id not in self._uris:
            raise HTTPException(404, "no such track")
        try:
            # Used just now, a file in the cache folder is the last to go from it.
            with track_file(self._root.at(self._uris[track_id]), track_id) as found:
                path = Path(found)
        except RefusedError as error:
            raise HTTPException(410, f"{error.reason}: {error.detail}") from error
        except UnreachableError as error:
            raise HTTPException(503, str(error)) from error
        if not path.is_file():
            raise HTTPException(404, "the file is gone")
        return path

    def _draw(self, track_id: str) -> dict[str, Any] | Failure:
        try:
            path = self._path_of(track_id)
        except HTTPException as error:
            return Failure("missing", error.detail)
        ((_, drawn),) = self._pool.map(draw_waveform, [str(path)], time_limit_s=self._limit_s)
        return drawn


def _in_words(code: str) -> str:
    return code.removeprefix("wrong_").replace("_", " ")


async def _guard(
    hosts: frozenset[str], request: Request, call_next: RequestResponseEndpoint
) -> Response:
    refusal = _refusal(hosts, request)
    response = refusal if refusal is not None else await call_next(request)
    response.headers.update(_HEADERS)
    return response


def _refusal(hosts: frozenset[str], request: Request) -> Response | None:
    host = request.headers.get("host", "")
    if host not in hosts:
        return PlainTextResponse(
            "This server does not answer under that name; see --allow-host.", 421
        )
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return PlainTextResponse("Requests of other pages are refused.", 403)
    if request.method not in ("GET", "HEAD"):
        if request.headers.get("origin") != f"http://{host}":
            return PlainTextResponse("Verdicts are taken from the server's own page only.", 403)
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return PlainTextResponse("Verdicts are JSON.", 415)
    return None
