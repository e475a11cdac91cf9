"""The review server's table of all rows."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from flows.review_http import answer_to, refusing
from pipeline.review.table import BulkRequest, PageRequest, ReviewTable
from pipeline.views.pages import render
from schemas.record import Record
from schemas.review import Reviewer


class _TakenBack(Record):
    """What is taken back, and by whom."""

    reviewer: Reviewer
    path: str


def table_routes(table: ReviewTable, data: dict[str, Any]) -> list[Route]:
    """The table's page and what it asks for.

    Parameters
    ----------
    table : ReviewTable
    data : dict
        What the page is told at its start: corpus, reviewer, reasons.
    """

    def page(_: Request) -> Response:
        return HTMLResponse(render("table", title=f"Rows of {data['corpus']}", data=data))

    def choices(_: Request) -> Response:
        with refusing():
            return JSONResponse(table.facets)

    def rows(request: Request) -> Response:
        given = {name: value for name, value in request.query_params.items() if value != ""}
        with refusing():
            return JSONResponse(table.page(PageRequest.model_validate(given)))

    async def one(request: Request) -> Response:
        return _kept(await answer_to(request, table.take))

    async def many(request: Request) -> Response:
        return _kept(
            await answer_to(request, lambda each: table.take_many(BulkRequest.model_validate(each)))
        )

    async def undo(request: Request) -> Response:
        def take_back(given: dict[str, Any]) -> str:
            asked = _TakenBack.model_validate(given)
            return table.take_back(asked.reviewer, asked.path)

        return _kept(await answer_to(request, take_back))

    return [
        Route("/table", page),
        Route("/api/choices", choices),
        Route("/api/rows", rows),
        Route("/api/rows/verdict", one, methods=["POST"]),
        Route("/api/rows/verdicts", many, methods=["POST"]),
        Route("/api/rows/undo", undo, methods=["POST"]),
    ]


def _kept(path: str) -> Response:
    return JSONResponse({"path": path}, status_code=201)
