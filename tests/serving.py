"""Start a model server for a test, in a process of its own."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


@contextmanager
def model_server(*options):
    """Run `tests.model_server` with options; gives its base URL."""
    command = [sys.executable, "-m", "tests.model_server", *map(str, options)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
