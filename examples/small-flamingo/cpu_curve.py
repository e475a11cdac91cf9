"""What pieces and wrong facts are worth to what is learned on two cores.

    python cpu_curve.py WORK [--runs listen-250 listen-wrong-30 ...]

After `make study-cpu`: each run aligns the projector and trains the adapters as `listen.yaml` does,
equally long, on its file of conversations alone, and is scored with the own sound.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import yaml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RUNS = ("listen-250", "listen-500", "listen-1000", "listen-wrong-10", "listen-wrong-30")
_SEES = ("--kinds", "tempo", "metre", "instrument", "--most", "300", "--hearings", "own")


def main() -> None:
    """Align, train and score each run; what was scored is not done again."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("work", type=Path)
    parser.add_argument("--runs", nargs="+", choices=RUNS, default=RUNS)
    parser.add_argument(
        "--arithmetic", choices=("float32", "bfloat16"), help="of training and scoring"
    )
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    for name in arguments.runs:
        scores = work / f"scores/{name}.json"
        if not scores.exists():
            align(work, name)
            train(work, name, arguments.arithmetic)
            score(work, name, scores, arguments.arithmetic)
        print(name, json.loads(scores.read_text(encoding="utf-8"))["own"], flush=True)


def align(work: Path, name: str) -> None:
    """The projector of a run."""
    said = work / f"questions/{name}.jsonl"
    _run(HERE / "align.py", work / "start", work / "sounds", said, work / f"aligned-{name}",
         "--frames", work / "frames.pt")  # fmt: skip


def train(work: Path, name: str, arithmetic: str | None) -> None:
    """The adapters of a run, by two processes."""
    config = yaml.safe_load((HERE / "listen.yaml").read_text(encoding="utf-8"))
    config["model"] |= {"path": str(work / f"aligned-{name}"), "arithmetic": arithmetic}
    config["output"] = str(work / f"runs/{name}")
    config["sources"] = [
        {
            "conversations": str(work / f"questions/{name}.jsonl"),
            "audio_root": str(work / "sounds"),
        }
    ]
    path = work / f"{name}.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    _run("-m", "torch.distributed.run", "--nproc-per-node", 2, "-m", "training.sft", path)


def score(work: Path, name: str, scores: Path, arithmetic: str | None) -> None:
    """Right answers to what the runs before were asked."""
    paths = (work / f"runs/{name}", work / "questions/test.jsonl", work / "held-out/sounds", scores)
    dtype = ("--dtype", arithmetic) if arithmetic else ()
    _run(HERE / "score.py", *paths, *_SEES, *dtype)


def _run(*command: object) -> None:
    subprocess.run([sys.executable, *map(str, command)], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
