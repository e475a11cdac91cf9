"""The whole study on one GPU, within so many minutes; also, smaller, on a CPU.

    python gpu_study.py WORK [--weights FOLDER] [--release RELEASE] [--minutes 4]

Renders the pieces, makes the checkpoint and the questions, then trains side by side (each run a
process of its own on the same GPU): the skills stage, the curve over the number of pieces, wrong
facts, facts as measured. Every run takes equally many steps, so that they differ in their data
alone. The cold start and GRPO go on from the skills. Everything is scored with the own sound,
another's and silence; the table is in `results.md`, the counts in `results.json`. Run again with
other `--runs`, it adds to what is there.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from table import write_results

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RUNS = ("skills", "tracks-250", "tracks-500", "tracks-1000", "wrong-10", "wrong-30", "measured")
_PACED_STEPS = 20  # after which the pace of training is known
_END_S = 30  # scoring of what is trained
_SHARE = (
    0.55  # of the time left that the runs side by side may take; the stages after take the rest
)


class Study:
    """Folders, time left, and processes.

    Parameters
    ----------
    options : argparse.Namespace
    """

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.work: Path = options.work.resolve()
        self.end_s = time.monotonic() + 60 * options.minutes
        (self.work / "logs").mkdir(parents=True, exist_ok=True)

    def left_s(self) -> float:
        """Seconds that are left."""
        return self.end_s - time.monotonic()

    def start(self, name: str, *command: object) -> subprocess.Popen[bytes]:
        """Start a Python program of ours; what it says goes to ``logs/name.log``."""
        paths = [str(ROOT), str(HERE), os.environ.get("PYTHONPATH", "")]
        with (self.work / "logs" / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, *map(str, command)],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.work,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"},
            )

    def wait(self, processes: dict[str, subprocess.Popen[bytes]], limit_s: float) -> list[str]:
        """Wait for processes, end those that take too long; the names of those that succeeded."""
        end_s = time.monotonic() + limit_s
        done = []
        for name, process in processes.items():
            try:
                process.wait(max(0.1, end_s - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                self.say(f"{name}: ended after {limit_s:.0f} s")
                continue
            if process.returncode:
                log = (self.work / "logs" / f"{name}.log").read_text(errors="replace")
                self.say(f"{name}: failed\n{log[-1500:]}")
            else:
                done.append(name)
        return done

    def say(self, text: str) -> None:
        """A line with the time that is left."""
        print(f"[{self.left_s():5.0f} s left] {text}", flush=True)


def main() -> None:
    """Run the study."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("work", type=Path)
    parser.add_argument("--weights", type=Path, default=None, help="what fetch.py wrote")
    parser.add_argument("--checkpoint", type=Path, default=None, help="or one that is made")
    parser.add_argument("--release", type=Path, default=None, help="for MF-Think, and as measured")
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--steps", type=int, default=300, help="of each run, if there is time")
    parser.add_argument("--batch-rows", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=4e-4)
    parser.add_argument("--think-steps", type=int, default=100)
    parser.add_argument("--grpo-steps", type=int, default=8)
    parser.add_argument("--n-pieces", type=int, default=2000)
    parser.add_argument("--n-held-out", type=int, default=600)
    parser.add_argument("--runs", nargs="+", choices=RUNS, default=RUNS)
    parser.add_argument("--score-batch", type=int, default=64)
    parser.add_argument("--output", type=Path, default=None, help="results go there too")
    study = Study(parser.parse_args())
    prepare(study)
    trained = train_side_by_side(study)
    scores = {}
    if not (study.work / "scores" / "start.json").exists():
        scores["start"] = study.start("score-start", *score_command(study, "start", "start"))
    if "skills" in trained and study.options.release:
        scores |= train_stages(study, trained)
    else:
        scores |= start_scores(study, trained)
    study.wait(scores, max(_END_S, study.left_s()))
    print(write_results(study.work))
    if study.options.output:
        for path in (*study.work.glob("results.*"), *study.work.glob("runs/*/log.jsonl")):
            name = path.name if path.parent == study.work else f"{path.parent.name}-{path.name}"
            shutil.copy(path, study.options.output / name)
    study.say("done")


def prepare(study: Study) -> None:
    """Render, convert, and ask."""
    options, work = study.options, study.work
    jobs = {}
    if (work / "start" / "config.json").exists():
        study.say("the checkpoint is there")
    elif not options.checkpoint:
        command = [HERE / "make_checkpoint.py", options.weights.resolve(), work / "start"]
        jobs["checkpoint"] = study.start("checkpoint", *command)
    else:
        (work / "start").symlink_to(options.checkpoint.resolve())
    for seed, n_pieces, folder in (
        (23, options.n_pieces, "train"),
        (24, options.n_held_out, "held"),
    ):
        command = [HERE / "make_corpus.py", work / folder, "--n-pieces", n_pieces, "--seed", seed]
        jobs[f"corpus-{seed}"] = study.start(f"corpus-{seed}", *command)
    truths = [work / folder / "truth.jsonl" for folder in ("train", "held")]
    release = ["--release", options.release.resolve()] if options.release else []
    _must(study, jobs)
    command = [HERE / "make_questions.py", work / "questions", *truths, *release]
    _must(study, {"questions": study.start("questions", *command)})
    study.say((work / "logs" / "questions.log").read_text())


def train_side_by_side(study: Study) -> list[str]:
    """The runs that differ in their data alone; once more with fewer steps if they are too slow."""
    steps = study.options.steps
    runs = [
        name for name in study.options.runs if (study.work / f"questions/{name}.jsonl").exists()
    ]
    limit_s = _SHARE * study.left_s() if study.options.release else study.left_s() - _END_S
    started_s = time.monotonic()
    processes = {name: start_run(study, name, steps) for name in runs}
    step_s, spent_s = pace(study, started_s, limit_s / 2)
    study.say(f"{step_s:.3f} s a step, {spent_s:.0f} s to begin, {len(runs)} runs of {steps} steps")
    if spent_s + steps * step_s > 1.1 * limit_s:
        for process in processes.values():
            process.terminate()
            process.wait()
        limit_s -= time.monotonic() - started_s
        steps = max(_PACED_STEPS, int((limit_s - spent_s) / step_s))
        study.say(f"too slow: again with {steps} steps")
        started_s = time.monotonic()
        processes = {name: start_run(study, name, steps) for name in runs}
    done = study.wait(processes, 1.25 * limit_s - (time.monotonic() - started_s))
    study.say(f"trained: {', '.join(done)}")
    return done


def pace(study: Study, started_s: float, limit_s: float) -> tuple[float, float]:
    """Seconds of a step of the first run, and those before its steps began.

    Zeros, and nothing is known, where it has not made `_PACED_STEPS` within the limit.
    """
    path = study.work / "runs" / study.options.runs[0] / "log.jsonl"
    while (passed_s := time.monotonic() - started_s) < limit_s:
        lines = path.read_text().splitlines() if path.exists() else [""]
        last = json.loads(lines[-1] or '{"step": 0}')
        if last["step"] >= _PACED_STEPS:
            step_s = study.options.batch_rows / last["rows_per_s"]
            return step_s, max(0.0, passed_s - last["step"] * step_s)
        if last["step"] >= study.options.steps:
            break
        time.sleep(0.5)
    return 0.0, 0.0


def start_run(study: Study, name: str, steps: int) -> subprocess.Popen[bytes]:
    """A run of the skills stage on one of the files of conversations."""
    source = {"conversations": str(study.work / f"questions/{name}.jsonl")}
    changes = {
        "sources": [source | {"audio_root": str(study.work / "train/sounds")}],
        "learning_rate": study.options.learning_rate,
    }
    return start_stage(study, "skills", name, "start", steps, changes)


def start_stage(
    study: Study, stage: str, name: str, model: str, steps: int, changes: dict[str, Any]
) -> subprocess.Popen[bytes]:
    """A stage of training from its shipped config, with other paths."""
    runs = study.work / "runs"
    shutil.rmtree(runs / name, ignore_errors=True)
    config = yaml.safe_load((HERE / f"{stage}.yaml").read_text())
    folder = study.work / "start" if model == "start" else runs / model
    config |= {"output": str(runs / name), "max_steps": steps}
    config |= {"model": config["model"] | {"path": str(folder)}}
    config |= {"global_batch_rows": study.options.batch_rows} | changes
    path = study.work / "logs" / f"{name}.yaml"
    path.write_text(yaml.safe_dump(config))
    module = "training.grpo" if stage == "grpo" else "training.sft"
    return study.start(name, "-m", module, path)


def train_stages(study: Study, trained: list[str]) -> dict[str, subprocess.Popen[bytes]]:
    """The cold start and GRPO, while the runs before are scored."""
    sound = {"audio_root": str(study.work / "train/sounds")}
    thoughts = {"release": str(study.options.release.resolve()), "dataset": "mf-think"} | sound
    kept = {"conversations": str(study.work / "questions/skills.jsonl"), "passes": 0.05} | sound
    limit_s = study.left_s() / 3
    changes = {"sources": [thoughts, kept], "learning_rate": study.options.learning_rate / 4}
    think = start_stage(study, "think", "think", "skills", study.options.think_steps, changes)
    scores = start_scores(study, trained)
    if study.wait({"think": think}, limit_s):
        scores |= start_scores(study, ["think"])
        grpo = start_stage(
            study, "grpo", "grpo", "think", study.options.grpo_steps, {"sources": [thoughts]}
        )
        if study.wait({"grpo": grpo}, study.left_s() - _END_S):
            scores |= start_scores(study, ["grpo"])
    return scores


def start_scores(study: Study, names: Sequence[str]) -> dict[str, subprocess.Popen[bytes]]:
    """Score runs, each in a process of its own."""
    return {
        f"score-{name}": study.start(f"score-{name}", *score_command(study, name, f"runs/{name}"))
        for name in names
    }


def score_command(study: Study, name: str, checkpoint: str) -> list[object]:
    """The command that scores a checkpoint of the study."""
    work = study.work
    files = (work / "questions/test.jsonl", work / "held/sounds", work / f"scores/{name}.json")
    return [HERE / "score.py", work / checkpoint, *files, "--batch", study.options.score_batch]


def _must(study: Study, jobs: dict[str, subprocess.Popen[bytes]]) -> None:
    done = study.wait(jobs, study.left_s())
    if len(done) < len(jobs):
        sys.exit(f"not done: {', '.join(set(jobs) - set(done))}")
    study.say(f"done: {', '.join(done)}")


if __name__ == "__main__":
    main()
