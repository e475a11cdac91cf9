"""`partimento review`: people listen, and say what they think of rows."""

import ipaddress
import socket
from typing import Annotated

import typer

from flows.command import ConfigPath, Roles, fail, open_corpus
from flows.display import console, warn

ReviewedStages = Annotated[
    list[str],
    typer.Option(
        "--stage",
        help="Whose rows: describe, retell, refine, question, caption, or factcheck (chains of "
        "thought). Repeat; by default describe and question.",
    ),
]


def review(
    config: ConfigPath,
    reviewer: Annotated[str | None, typer.Option(help="Your name; the page asks for it.")] = None,
    n: Annotated[int, typer.Option(min=1, help="Rows in the sample.")] = 200,
    seed: Annotated[int, typer.Option(help="Decides the sample; all reviewers use one.")] = 0,
    stage: ReviewedStages = [],  # noqa: B006 - Typer copies it
    show_scores: Annotated[
        bool, typer.Option("--show-scores", help="Show the judge's score; else you are blind.")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free one.")] = 8765,
    host: Annotated[
        str, typer.Option(help="Address to listen on. There is no login: keep it to this machine.")
    ] = "127.0.0.1",
    allow_host: Annotated[
        list[str], typer.Option(help="A name under which browsers reach the server. Repeat.")
    ] = [],  # noqa: B006
    role: Roles = [],  # noqa: B006
) -> None:
    """Serve a page on which people listen to rows and accept, reject or edit them."""
    import uvicorn

    from flows.review_app import review_app
    from pipeline.review.queue import ReviewQueue
    from tools.process_pool import ProcessPool

    corpus = open_corpus(config, role)
    _check_host(host, allow_host)
    queue = ReviewQueue(corpus, stages_given(stage), n=n, seed=seed, shows_scores=show_scores)
    if not queue.items:
        fail(f"{corpus.config.name}: no rows to review yet; run `partimento build`")
    listener = _listen(host, port)
    port = listener.getsockname()[1]
    names = dict.fromkeys(["127.0.0.1", "localhost", "[::1]", host, *allow_host])
    hosts = [f"{name}:{port}" for name in names] + [name for name in names if port == 80]
    with ProcessPool(corpus.config.execution.workers) as pool:
        app = review_app(queue, pool, hosts=hosts, reviewer=reviewer)
        typer.echo(f"{len(queue.items)} rows to review: http://{_shown(host)}:{port}/")
        typer.echo(f"all rows as a table: http://{_shown(host)}:{port}/table")
        console.print("Stop with Ctrl+C: verdicts are kept as they are given.")
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


def stages_given(given: list[str]) -> list[str]:
    """The stages named on the command line, or those whose rows are judged."""
    from pipeline.review.rows import ID_FIELDS

    for each in given:
        if each not in ID_FIELDS:
            fail(f"--stage {each}: only rows of {', '.join(ID_FIELDS)} can be reviewed")
    return given or ["describe", "question"]


def _check_host(host: str, allow_host: list[str]) -> None:
    """Say what listening beyond this machine means."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if address is not None and address.is_unspecified and not allow_host:
        fail(f"--host {host} listens everywhere: name with --allow-host how browsers reach it")
    is_local = address.is_loopback if address is not None else host == "localhost"
    if not is_local:
        warn(
            f"Listening on {host}: whoever reaches it can hear the tracks and give "
            "verdicts under any name."
        )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        fail(f"{host}:{port}: {error.strerror or error}; choose another with --port")
    return listener


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
