"""The command line of a stage: one config, read and explained."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from schemas.config import ConfigError, read_config
from schemas.record import Record

R = TypeVar("R", bound=Record)


def stage_command(name: str, kind: type[R], run: Callable[[R], object]) -> None:
    """Read the config named on the command line and run; a config that cannot be used is explained.

    Parameters
    ----------
    name : str
        Of the module, for ``--help``.
    kind : type[Record]
        What the config must be.
    run : callable
    """
    fields = "\n".join(
        f"  {field}: {info.description or ''}".rstrip() for field, info in kind.model_fields.items()
    )
    parser = argparse.ArgumentParser(
        prog=f"python -m {name}",
        description=(kind.__doc__ or "").splitlines()[0],
        epilog=f"fields of the config:\n{fields}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("config", type=Path, help="a YAML file, as in training/configs")
    try:
        config = read_config(parser.parse_args().config, kind)
    except ConfigError as error:
        sys.exit(str(error))
    run(config)
