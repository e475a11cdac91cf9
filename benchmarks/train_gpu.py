"""Training on one GPU: MFU and memory of fine-tuning, rollouts against transformers', the planner.

    python benchmarks/train_gpu.py                      # all parts, at most 8 minutes on an H100
    python benchmarks/train_gpu.py --parts rollout      # one of them
    python benchmarks/train_gpu.py --size tiny          # on a CPU: only shows that it runs

Weights are random and of the sizes given, the sounds are made up. Each part is a process of its
own with a time limit of its own, so that one that fails takes no other with it. The table at the
end is also written as `train_gpu.json` to the folder OUT, or to the one where it runs.

- `sft-1b`, `sft-8b`: the shipped stage (`training.sft`) on a release of FLAC files of 2 to 6
  minutes, which workers decode, packed to 24,576 tokens. The second has the width of the 8B model
  and few of its layers.
- `rollout`: answers of 512 tokens to sounds of 4 minutes, 8 questions of 5 answers each, at 8B:
  ours (the sound encoded once a question, then the copy of the language model) and by transformers'
  `generate` with sound, as the trainer that this one replaces drew them.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))


# Seconds that a part may take, what starts and ends it included.
LIMITS_S = {"sft-1b": 150, "sft-8b": 150, "rollout": 180}


def main():
    """Run the parts one after the other, and print what they found."""
    options = parse()
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for part in options.parts:
            started = time.perf_counter()
            found[part] = run_part(part, options, Path(folder) / f"{part}.json")
            found[part]["part_s"] = round(time.perf_counter() - started, 1)
            write(found)  # what is known so far, should the machine be taken away
    print_table(found)


def run_part(part, options, path):
    """What a part found, or why it found nothing."""
    command = [sys.executable, __file__, "--run", part, "--results", path, *sys.argv[1:]]
    limit_s = options.limit or LIMITS_S[part]
    print(f"== {part} (at most {limit_s} s)", flush=True)
    process = subprocess.Popen(command, env=environment(part), start_new_session=True)
    try:
        status = process.wait(limit_s)
        error = f"exit code {status}" if status else None
    except subprocess.TimeoutExpired:
        error = f"not done after {limit_s} s"
    with suppress(ProcessLookupError):  # its loaders' workers live on where it was cut off
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    known = json.loads(path.read_text()) if path.exists() else {}
    return known | ({"error": error} if error else {})


def environment(part):
    """The environment of a part: packs of many lengths fragment memory."""
    if part == "rollout":
        return os.environ.copy()
    return os.environ | {"PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True"}


def write(found):
    """The results as JSON."""
    folder = Path(os.environ.get("OUT", "."))
    (folder / "train_gpu.json").write_text(json.dumps(found, indent=1))


def print_table(found):
    """A line for each measurement."""
    print("\n== results")
    for part, values in found.items():
        for name, value in values.items():
            shown = f"{value:,.4g}" if isinstance(value, float) else value
            print(f"{part:8} {name:40} {shown}")


def parse():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", nargs="+", choices=LIMITS_S, default=list(LIMITS_S))
    parser.add_argument("--size", choices=("full", "tiny"), default="full")
    parser.add_argument("--limit", type=int, help="seconds of a part, in place of its own")
    parser.add_argument("--layers", type=int, default=4, help="of the language model in sft-8b")
    parser.add_argument("--context", type=int, default=24576, help="tokens of a pack")
    parser.add_argument("--rows", type=int, default=12, help="rows of a step")
    parser.add_argument("--workers", type=int, default=12, help="processes that decode sound")
    parser.add_argument("--no-compile", action="store_true", help="fine-tune layers as they are")
    parser.add_argument("--recompute", choices=("all", "cheap", "none"), default="all")
    parser.add_argument("--compile-rollout", action="store_true", help="measure it compiled, too")
    parser.add_argument("--answers", type=int, default=512, help="tokens of an answer")
    parser.add_argument("--only-ours", action="store_true", help="without transformers' rollout")
    parser.add_argument("--run", choices=LIMITS_S, help=argparse.SUPPRESS)
    parser.add_argument("--results", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    arguments = parse()
    if arguments.run:
        from benchmarks.train_gpu_parts import run

        run(arguments)
    else:
        main()
