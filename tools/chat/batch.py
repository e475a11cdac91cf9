"""Requests as lines of an OpenAI Batch file, which `vllm run-batch` takes too, and back again."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel

from schemas.roles import RoleConfig
from tools.chat.body import chat_body
from tools.chat.completion import read_completion
from tools.chat.endpoint import hide_key
from tools.chat.engine import AttemptOptions
from tools.chat.faults import Fault, PassingFault
from tools.chat.request import ChatRequest, EndpointError, Reply
from tools.chat.sound import SoundPart

MAX_REQUESTS = 50_000
MAX_BYTES = 190_000_000
"""OpenAI takes 50,000 requests and 200 MB a file."""
_MOST_SHOWN = 500
_MOST_QUOTED = 100


def batch_line(
    key: str,
    request: ChatRequest,
    role: RoleConfig,
    options: AttemptOptions,
    sounds: Sequence[SoundPart],
) -> str:
    """One request as a line.

    Parameters
    ----------
    key : str
        Of the request; the answer comes back under it.
    request : ChatRequest
    role : RoleConfig
    options : AttemptOptions
    sounds : sequence of dict
        The clips as parts of the message.

    Returns
    -------
    str
        JSON, without a newline.
    """
    body = chat_body(request, role, options, sounds)
    return json.dumps(
        {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": body}
    )


def write_files(lines: Iterable[str], folder: Path, name: str) -> Iterator[Path]:
    """Write lines to files ``<name>-0001.jsonl`` ... that a Batch API takes; give each when full.

    Raises
    ------
    FileExistsError
        If a file is there already: it may have been handed over.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path: Path | None = None
    file: IO[str] | None = None
    n_files = n_lines = n_bytes = 0
    for line in lines:
        size = len(line.encode()) + 1
        if file is not None and (n_lines == MAX_REQUESTS or n_bytes + size > MAX_BYTES):
            file.close()
            assert path is not None
            yield path
            file = None
        if file is None:
            n_files, n_lines, n_bytes = n_files + 1, 0, 0
            path = folder / f"{name}-{n_files:04d}.jsonl"
            file = path.open("x", encoding="utf-8")
        file.write(line + "\n")
        n_lines, n_bytes = n_lines + 1, n_bytes + size
    if file is not None and path is not None:
        file.close()
        yield path


def read_line(line: str, model: str) -> tuple[str, Reply | Fault]:
    """A line of a batch's output: the request's key, and what came of it.

    Parameters
    ----------
    line : str
    model : str
        For servers that do not name theirs.

    Returns
    -------
    key : str
    outcome : Reply or Fault

    Raises
    ------
    ValueError
        If the line is none of a batch's output.
    """
    try:
        found = _Line.model_validate(json.loads(line))
    except (ValueError, RecursionError):
        raise ValueError(f"no line of a batch's output: {line[:_MOST_QUOTED]!r}") from None
    if found.response is None or found.response.status_code != 200:
        what = found.error or (found.response and found.response.body)
        return found.custom_id, PassingFault("batch_failed", json.dumps(what)[:500])
    try:
        body = json.dumps(found.response.body)
        return found.custom_id, read_completion(body, model)
    except Fault as fault:
        return found.custom_id, fault


class _Response(BaseModel):
    status_code: int
    body: Any = None


class _Line(BaseModel):
    custom_id: str
    response: _Response | None = None
    error: Any = None


@dataclass(frozen=True)
class BatchState:
    """How far a batch is; its output once it has ended."""

    status: str
    has_ended: bool
    files: tuple[str, ...] = ()
    problem: str = ""


class BatchApi:
    """The Batch API of a role's endpoint.

    Parameters
    ----------
    role : RoleConfig
    key : str or None
        The API key. It is cut out of all that the server says.

    Raises
    ------
    EndpointError
        By every method, if the endpoint cannot be used.
    """

    def __init__(self, role: RoleConfig, key: str | None) -> None:
        import openai

        self._key = key
        self._client = openai.OpenAI(base_url=role.base_url, api_key=key or "none", max_retries=5)
        self._once = self._client.with_options(max_retries=0)

    def submit(self, path: Path, job: str) -> str:
        """Hand a file over under a name of ours; give the batch's id.

        The batch is asked for once: where the answer is lost, `find` tells whether there is one.
        """
        with self._guarded():
            with path.open("rb") as file:
                uploaded = self._client.files.create(file=(path.name, file), purpose="batch")
            batch = self._once.batches.create(
                input_file_id=uploaded.id,
                endpoint="/v1/chat/completions",
                completion_window="24h",
                metadata={"partimento": job},
            )
            return batch.id

    def find(self, job: str) -> str | None:
        """Id of the batch that was handed over under this name; None if there is none."""
        with self._guarded():
            for batch in self._client.batches.list():
                if (batch.metadata or {}).get("partimento") == job:
                    return batch.id
            return None

    def state(self, batch_id: str) -> BatchState:
        """How far a batch is; ``gone`` where the endpoint knows of none."""
        import openai

        with self._guarded():
            try:
                batch = self._client.batches.retrieve(batch_id)
            except openai.NotFoundError:
                return BatchState("gone", has_ended=False)
            files = tuple(f for f in (batch.output_file_id, batch.error_file_id) if f)
            has_ended = batch.status in ("completed", "failed", "expired", "cancelled")
            problems = (batch.errors and batch.errors.data) or []
            problem = "; ".join(each.message or each.code or "" for each in problems)
            return BatchState(batch.status, has_ended, files, problem[:_MOST_SHOWN])

    def lines(self, file_id: str) -> list[str]:
        """Lines of an output file."""
        with self._guarded():
            text = self._client.files.content(file_id).text
            return [line for line in text.split("\n") if line.strip()]

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        import openai

        try:
            yield
        except openai.OpenAIError as error:
            said = hide_key(str(error), self._key)[:_MOST_SHOWN]
            raise EndpointError(f"{self._client.base_url}: {said}") from None
