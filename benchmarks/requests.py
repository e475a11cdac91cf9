"""Speed and memory of our client for models against bare asyncio and the `openai` client.

    python -m benchmarks.requests
    python -m benchmarks.requests --requests 6000 --rounds 9 --memory-requests 0
    python -m benchmarks.requests --rounds 2 --memory-requests 0 --unnamed

All sides send the very same bodies to the same local server, a process of its own, which answers
after 0.2 s; 256 requests are under way at once. "Ours" also writes every answer and its cost to a
cache on disk, validates it, counts tokens, and holds limits and a budget. The sides take turns.
Answers name their request in the id, as vLLM's do, or, with `--unnamed`, do not, as llama.cpp's.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import openai
from rich.console import Console
from rich.table import Table

from schemas.captions import CaptionParts
from schemas.roles import RoleConfig
from tests.serving import model_server
from tools.chat.answer_cache import AnswerCache
from tools.chat.asking import Asker
from tools.chat.body import chat_body
from tools.chat.budget import Budget
from tools.chat.endpoint import EndpointEngine
from tools.chat.engine import AttemptOptions
from tools.chat.limiter import WINDOW_S, Limiter
from tools.chat.models import Done, Pair, ask_all
from tools.chat.quota import OwnQuota
from tools.chat.request import Answer, AnswerError, ChatRequest, Clip
from tools.chat.sound import SoundParts

T = TypeVar("T")
Ask = Callable[[dict[str, Any]], Awaitable[str | None]]
Side = Callable[[], Coroutine[Any, Any, None]]
CONCURRENCY = 256
LATENCY_S = 0.2
MEMORY_STEP = 5000
MEMORY_FROM = 10_000
MOST_GROWTH_MB = 2.0
SHORT_WINDOW_S = 5.0
NO_LIMIT = 10**12
PROMPT = (Path(__file__).parents[1] / "pipeline/prompts/describe.jinja").read_text()
console = Console(width=130)


def main() -> None:
    """Weigh the client, then time it against the bare ones."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=4000, help="per side and round")
    parser.add_argument("--rounds", type=int, default=5, help="0 to skip")
    parser.add_argument("--memory-requests", type=int, default=50_000, help="0 to skip")
    parser.add_argument("--unnamed", action="store_true", help="answers name no request")
    given = parser.parse_args()
    named = [] if given.unnamed else ["--names-requests"]
    with model_server("--latency-s", LATENCY_S, "--one-answer", *named) as url:
        role = make_role(url)
        if given.memory_requests:  # first: what others leave behind would hide a growth
            print_memory(role, given.memory_requests)
        if given.rounds:
            compare_speed(role, given.requests, given.rounds)


def make_role(url: str) -> RoleConfig:
    """A paid role with limits and prices, so that nothing is left out."""
    return RoleConfig(
        engine="openai",
        base_url=url,
        model="m",
        concurrency=CONCURRENCY,
        requests_per_minute=NO_LIMIT,
        tokens_per_minute=NO_LIMIT,
        usd_per_million_input_tokens=0.1,
        usd_per_million_output_tokens=0.5,
    )


def make_requests(n: int) -> Iterator[Pair]:
    """As many requests, all different, each made when it is drawn; as long as real ones."""
    for number in range(n):
        user = f"Track {number}: a driving rock song in E minor at 148 beats per minute. " * 20
        yield str(number), ChatRequest(PROMPT, user, form=CaptionParts)


def compare_speed(role: RoleConfig, n: int, rounds: int) -> None:
    """Time all sides in turns, and print requests per second and their ratios."""
    sides: dict[str, Side] = {
        "ours": partial(ask_ours, role, n),
        "bare, default": partial(ask_bare, role, n, None),
        "bare, aiohttp": partial(ask_bare, role, n, openai.DefaultAioHttpClient),
        "bare, aiohttp, post": partial(ask_bare_by_post, role, n),
    }
    for ask in sides.values():
        timed(ask)  # imports, connections of the server, first calls
    speeds: dict[str, list[float]] = {name: [] for name in sides}
    cpus_ms: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, ask in sides.items():
            wall_s, cpu_s = timed(ask)
            speeds[name].append(n / wall_s)
            cpus_ms[name].append(1000 * cpu_s / n)
    table = Table("side", "rounds (1/s)", "median", "client CPU (ms)", "ours / it, median (range)")
    for name in sides:
        ratios = [mine / its for mine, its in zip(speeds["ours"], speeds[name], strict=True)]
        table.add_row(
            name,
            " ".join(f"{speed:.0f}" for speed in speeds[name]),
            f"{statistics.median(speeds[name]):.0f}",
            f"{statistics.median(cpus_ms[name]):.3f}",
            f"{statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})",
        )
    console.print(table)


async def ask_ours(role: RoleConfig, n: int) -> None:
    """Ask as a build does, with a new cache on disk."""
    with tempfile.TemporaryDirectory() as folder:
        n_answers = 0

        def done(_: str, outcome: Answer | AnswerError) -> None:
            nonlocal n_answers
            n_answers += isinstance(outcome, Answer) and isinstance(outcome.value, CaptionParts)

        await ask_with_book(role, Path(folder) / "answers.sqlite", make_requests(n), done)
        assert n_answers == n


async def ask_with_book(
    role: RoleConfig,
    path: Path,
    requests: Iterator[Pair],
    done: Done,
    window_s: float = WINDOW_S,
) -> None:
    """The client with all its parts, as `tools.chat.models.Models` puts them together."""
    cache = AnswerCache(path)
    engine = EndpointEngine(role, SoundParts(hear_nothing), "sk-key")
    limiter = Limiter(role.requests_per_minute, role.tokens_per_minute, window_s=window_s)
    budget = Budget(1e6, NO_LIMIT, spent_usd=0.0, spent_tokens=0)
    asker = Asker("writer", role, engine, OwnQuota(role, limiter, budget), cache)
    try:
        await ask_all(asker, "describe", requests, done)
    finally:
        await asker.close()
        cache.close()


async def hear_nothing(function: Callable[[Clip], T], clip: Clip) -> T:
    """No request has a clip."""
    raise AssertionError


async def ask_bare(role: RoleConfig, n: int, transport: Callable[[], Any] | None) -> None:
    """Ask by `client.chat.completions.create`, and keep the texts in a list."""
    client = bare_client(role, transport and transport())

    async def ask(body: dict[str, Any]) -> str | None:
        completion = await client.chat.completions.create(**body)
        return completion.choices[0].message.content

    async with client:
        await ask_each(role, n, ask)


async def ask_bare_by_post(role: RoleConfig, n: int) -> None:
    """Ask by `client.post`, as our client does: what is left between them is our own."""
    client = bare_client(role, openai.DefaultAioHttpClient())

    async def ask(body: dict[str, Any]) -> str | None:
        response = await client.post("/chat/completions", cast_to=httpx2.Response, body=body)
        return str(response.json()["choices"][0]["message"]["content"])

    async with client:
        await ask_each(role, n, ask)


def bare_client(role: RoleConfig, http_client: Any) -> openai.AsyncOpenAI:
    """The `openai` client, which leaves repeats to us."""
    return openai.AsyncOpenAI(
        base_url=role.base_url, api_key="sk-key", max_retries=0, http_client=http_client
    )


async def ask_each(role: RoleConfig, n: int, ask: Ask) -> None:
    """Ask all requests with plain asyncio: as many workers as may be under way at once."""
    manner = AttemptOptions(role.first_dialect, role.sampling.max_output_tokens)
    requests, texts = make_requests(n), []

    async def work() -> None:
        for _, request in requests:
            texts.append(await ask(chat_body(request, role, manner)))

    await asyncio.gather(*(work() for _ in range(role.concurrency)))
    assert len(texts) == n and all(texts)


def print_memory(role: RoleConfig, n: int) -> None:
    """Resident memory while requests come and go, and what the cache takes on disk.

    The limiter remembers a window of requests; a short one is full before the first sample counts.
    """
    weights_mb: list[tuple[int, float]] = []
    n_done = 0

    def done(_: str, outcome: Answer | AnswerError) -> None:
        nonlocal n_done
        assert isinstance(outcome, Answer), outcome
        n_done += 1
        if n_done % MEMORY_STEP == 0:
            weights_mb.append((n_done, resident_mb()))

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.sqlite"
        asyncio.run(ask_with_book(role, path, make_requests(n), done, SHORT_WINDOW_S))
        book_mb = sum(file.stat().st_size for file in Path(folder).iterdir()) / 2**20
    console.print("resident:", ", ".join(f"{n_at}: {mb:.1f} MB" for n_at, mb in weights_mb))
    settled_mb = [mb for n_at, mb in weights_mb if n_at >= MEMORY_FROM]
    if len(settled_mb) < 2:
        return
    growth_mb = settled_mb[-1] - settled_mb[0]
    verdict = "flat" if growth_mb <= MOST_GROWTH_MB else "GROWS"
    console.print(
        f"from {MEMORY_FROM} to {n} requests: {growth_mb:+.1f} MB, {verdict}; "
        f"the cache on disk: {book_mb:.0f} MB"
    )


def resident_mb() -> float:
    """What of this process lies in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def timed(ask: Side) -> tuple[float, float]:
    """Wall and CPU seconds of this process."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    asyncio.run(ask())
    return time.perf_counter() - wall_s, time.process_time() - cpu_s


if __name__ == "__main__":
    main()
