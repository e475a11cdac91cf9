"""`partimento train`: the programs of training, whichever folder they are started in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from flows.command import fail
from flows.command_line import CommandLine

train = CommandLine(
    help="Train Music Flamingo on a release, and evaluate it. Needs the extra `train`.",
)
# Options, --help among them, are the programs' own.
_PASSED_ON: dict[str, Any] = {
    "add_help_option": False,
    "context_settings": {"ignore_unknown_options": True, "allow_extra_args": True},
}


@train.command(**_PASSED_ON)
def sft(context: typer.Context) -> None:
    """Fine-tune on examples: the backbone stages, MF-Skills, the cold start on MF-Think."""
    with _told_if_missing():
        from training.sft import main
    main(context.args)


@train.command(**_PASSED_ON)
def grpo(context: typer.Context) -> None:
    """Learn from rewards of answers that the model draws itself."""
    with _told_if_missing():
        from training.grpo import main
    main(context.args)


@train.command(**_PASSED_ON)
def start(context: typer.Context) -> None:
    """Make a Music Flamingo to start from of an Audio Flamingo 3."""
    with _told_if_missing():
        from training.start import main
    main(context.args)


@train.command(**_PASSED_ON)
def plan(context: typer.Context) -> None:
    """Say memory, time and cost of a stage before it is queued."""
    with _told_if_missing():
        from training.plan import main
    main(context.args)


@train.command(**_PASSED_ON)
def evaluate(context: typer.Context) -> None:
    """Answer and score local copies of the paper's benchmarks."""
    with _told_if_missing():
        from training.evaluate import main
    main(context.args)


@contextmanager
def _told_if_missing() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        fail(f"{error.name} is not installed: uv pip install -e '.[train]'")
