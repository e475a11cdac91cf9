"""The fault campaign: `python -m tests.chaos [CAMPAIGN ...] [--rounds [CAMPAIGN=]N] [--seed N]`.

Runs all campaigns, or those named, prints one table, and ends with status 1 if anything happened
that must not. A campaign is a module here that has `ROUNDS`, how often it tries by default, and
`run(rounds, seed)`, which gives a `Campaign`.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from importlib import import_module

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.chaos.campaign import Campaign

CAMPAIGNS = ("kills", "bit_flips", "lost_answers", "decoder_mutants", "cluster")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run campaigns; the status to exit with."""
    options = _parse(arguments)
    table = Table("campaign", "tried", "outcomes", "faults", "seconds")
    faults: list[str] = []
    for name in options.campaigns or CAMPAIGNS:
        module = import_module(f"tests.chaos.{name}")
        rounds = options.rounds.get(name, options.rounds.get(None, module.ROUNDS))
        print(f"{name}: {rounds} rounds, seed {options.seed}", file=sys.stderr, flush=True)
        start_s = time.monotonic()
        done = module.run(rounds, options.seed)
        table.add_row(*_cells(done), f"{time.monotonic() - start_s:.0f}")
        faults += [f"{name}: {fault}" for fault in done.faults]
    console = Console()
    console.print(table)
    for fault in faults:
        console.print(f"[red]{escape(fault)}[/red]", soft_wrap=True)
    return 1 if faults else 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("campaigns", nargs="*", metavar="CAMPAIGN", help=", ".join(CAMPAIGNS))
    parser.add_argument(
        "--rounds",
        action="append",
        default=[],
        metavar="[CAMPAIGN=]N",
        help="how often to try, in all campaigns or in one; repeat it for several",
    )
    parser.add_argument("--seed", type=int, default=0, help="what is drawn by chance follows it")
    options = parser.parse_args(arguments)
    for name in options.campaigns:
        if name not in CAMPAIGNS:
            parser.error(f"no campaign {name!r}: there are {', '.join(CAMPAIGNS)}")
    options.rounds = dict(_rounds_of(text, parser) for text in options.rounds)
    return options


def _rounds_of(text: str, parser: argparse.ArgumentParser) -> tuple[str | None, int]:
    name, _, number = text.rpartition("=")
    if not number.isdigit() or (name and name not in CAMPAIGNS):
        parser.error(f"--rounds {text}: a number, or CAMPAIGN=NUMBER of {', '.join(CAMPAIGNS)}")
    return name or None, int(number)


def _cells(done: Campaign) -> list[str]:
    outcomes = ", ".join(f"{n} {what}" for what, n in done.outcomes.items())
    return [done.name, str(done.tried), escape(outcomes), str(len(done.faults))]


if __name__ == "__main__":
    sys.exit(main())
