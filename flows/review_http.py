"""What the review server's answers share: JSON that is read with a limit, and refusals in words."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from pipeline.review.taking import UnknownRowError
from tools.store import StoreError

T = TypeVar("T")
_MOST_BYTES = 200_000


async def answer_to(request: Request, work: Callable[[dict[str, Any]], T]) -> T:
    """What some work makes of the JSON object that a request brings, done beside the server's loop.

    Raises
    ------
    HTTPException
        If it brings something else, or the work cannot be done.
    """
    try:
        given = json.loads(await _body(request))
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "this is no JSON") from error
    if not isinstance(given, dict):
        raise HTTPException(400, "expected a JSON object")
    with refusing():
        return await run_in_threadpool(work, given)


@contextmanager
def refusing() -> Iterator[None]:
    """Failures of work on rows and verdicts as statuses of HTTP, each with its words."""
    try:
        yield
    except UnknownRowError as error:
        raise HTTPException(409, str(error)) from error
    except ValidationError as error:
        first = error.errors(include_context=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise HTTPException(422, f"{field}: {first['msg']}".lstrip(": ")) from error
    except StoreError as error:
        raise HTTPException(503, str(error)) from error


async def _body(request: Request) -> bytes:
    parts, n_bytes = [], 0
    async for part in request.stream():
        n_bytes += len(part)
        if n_bytes > _MOST_BYTES:
            raise HTTPException(413, f"more than {_MOST_BYTES} bytes")
        parts.append(part)
    return b"".join(parts)
