"""Build a corpus in a process of its own, whose workers have this moment's environment.

`python -m tests.build_apart CONFIG STAGE` builds up to a stage; `build_apart` runs it.
"""

import subprocess
import sys

from pipeline import Corpus, build, load_config
from tests.serving import ROOT


def build_apart(path, until):
    """Build, and open what was built; a RuntimeError says what was wrong."""
    command = [sys.executable, "-m", "tests.build_apart", str(path), until]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return Corpus.open(load_config(path))


if __name__ == "__main__":
    build(load_config(sys.argv[1]), until=sys.argv[2])
