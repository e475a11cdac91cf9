"""The shipped launch with two processes on CPUs: `run.sh`, `fsdp2.yaml` and the configs."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
import torch
import yaml
from safetensors.torch import load_file

from tests.training.released import write_release
from tests.training.test_stages import logs_of, of_release, sft_config
from training import sft
from training.config import ModelConfig
from training.model import load_model

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def four_groups(tmp_path_factory):
    """Four row groups, so that two processes read different songs."""
    return write_release(tmp_path_factory.mktemp("releases") / "v1", row_group_size=1)


def write_shipped(folder, stage, model, release, **fields):
    """A shipped config, on a tiny model and four songs; its output is beside it."""
    config = yaml.safe_load((ROOT / "training" / "configs" / f"{stage}.yaml").read_text())
    config |= {"model": {"path": str(model)}, "output": str(folder / stage)}
    config["sources"] = [
        {"release": str(release), "dataset": source["dataset"]} for source in config["sources"]
    ]
    small = {"context_tokens": 1500, "learning_rate": 1e-3, "shuffle_rows": 4, "log_steps": 1}
    folder.mkdir(exist_ok=True)
    (folder / f"{stage}.yaml").write_text(yaml.safe_dump(config | small | fields))


def write_stages(folder, tiny, release):
    write_shipped(
        folder, "skills", tiny, release,
        gradient_accumulation=2, workers=0, max_steps=4, save_steps=2, sample_tokens=8,
    )  # fmt: skip
    write_shipped(
        folder, "grpo", folder / "skills", release,
        gradient_accumulation=1, max_steps=2, save_steps=1, completion_tokens=8,
    )  # fmt: skip
    return folder


def start(folder, **env):
    """`run.sh` on the configs of a folder, as a group of processes of its own."""
    own = {"PYTHON": sys.executable, "DEVICES": "2", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [ROOT / "training" / "run.sh", folder],
        env=os.environ | own | {"PORT": str(free_port())} | env,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def ended(process):
    output, _ = process.communicate()
    assert process.returncode == 0, output[-5000:]
    return output


def weights(folder):
    return load_file(Path(folder) / "model.safetensors")


@pytest.fixture(scope="module")
def whole(tiny, four_groups, tmp_path_factory):
    """The folder of the stages that two processes went through."""
    folder = write_stages(tmp_path_factory.mktemp("runs") / "whole", tiny, four_groups)
    ended(start(folder))
    return folder


def assert_same_weights(folder, expected):
    for stage in ("skills", "grpo"):
        one, other = weights(folder / stage), weights(expected / stage)
        assert all(torch.equal(one[name], other[name]) for name in other)


def test_stages_survive_a_kill(tiny, four_groups, whole, tmp_path):
    killed = write_stages(tmp_path / "killed", tiny, four_groups)
    process = start(killed)
    while not (killed / "skills" / "checkpoint-2" / "trainer_state.json").exists():
        assert process.poll() is None, process.communicate()[0][-5000:]
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    # GRPO goes on from its first step, too.
    shutil.copytree(whole / "grpo" / "checkpoint-1", killed / "grpo" / "checkpoint-1")
    ended(start(killed))
    assert_same_weights(killed, whole)
    load_model(ModelConfig(path=str(killed / "grpo")))
    drawn = pl.read_parquet(killed / "grpo" / "completions" / "completions_00002.parquet")
    assert len(drawn) == 2 * 5
    said = (killed / "skills" / "samples.jsonl").read_text().splitlines()
    assert len(said) >= 4
    assert logs_of(killed / "grpo")[-2]["kl"] is not None


def test_two_machines_of_one_process_are_one_of_two(tiny, four_groups, whole, tmp_path):
    folder = write_stages(tmp_path / "runs", tiny, four_groups)
    env = {"MACHINES": "2", "DEVICES": "1", "PORT": str(free_port())}
    for process in [start(folder, RANK=rank, **env) for rank in ("0", "1")]:
        ended(process)
    assert_same_weights(folder, whole)


@pytest.mark.parametrize("lora_rank", [None, 4])
def test_two_processes_learn_what_one_learns(tiny, four_groups, tmp_path, lora_rank):
    """In float32, the weights of all layers, the head among them, are equal."""
    start_model = {"model": ModelConfig(path=str(tiny), lora_rank=lora_rank)}
    fields = {"max_steps": 3, "save_steps": 9, "sample_rows": 0}
    sources = [of_release(four_groups, name) for name in ("mf-skills/captions", "mf-skills/qa")]
    # Two workers of one device read the lanes of two devices without, in turns.
    one = sft_config(tiny, tmp_path / "one", *sources, workers=2, gradient_accumulation=4, **fields)
    one = one.model_copy(update=start_model)
    sft.train(one)
    two = sft_config(tiny, tmp_path / "two", *sources, gradient_accumulation=2, **fields)
    two = two.model_copy(update=start_model)
    (tmp_path / "two.yaml").write_text(yaml.safe_dump(two.model_dump(mode="json")))
    subprocess.run(
        [
            sys.executable, "-m", "accelerate.commands.launch",
            "--config_file", ROOT / "training" / "configs" / "fsdp2.yaml",
            "--num_processes", "2", "--main_process_port", str(free_port()),
            "--mixed_precision", "no",
            "-m", "training.rehearsal", "training.sft", tmp_path / "two.yaml",
        ],
        check=True, cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    losses = [
        [(each["loss"], each["grad_norm"]) for each in logs_of(config.output) if "loss" in each]
        for config in (one, two)
    ]
    assert losses[1] == [pytest.approx(each, rel=1e-4) for each in losses[0]]
    expected, found, before = weights(one.output), weights(two.output), weights(tiny)
    for name, weight in expected.items():
        assert torch.allclose(found[name], weight, atol=1e-6), name
    learned = "lm_head.weight" if lora_rank is None else "layers.1.mlp.up_proj.weight"
    name = next(name for name in before if name.endswith(learned))
    assert not torch.equal(expected[name], before[name])
