"""The shipped launch with two processes on CPUs: `run.sh` and the configs."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
import yaml
from safetensors.torch import load_file

from tests.training.processes import free_port
from tests.training.released import write_release
from tests.training.test_stages import losses_of

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
STAGES = ("skills", "think")


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """Four row groups, so that two processes read different songs."""
    return write_release(tmp_path_factory.mktemp("releases") / "v1", row_group_size=1)


def write_stages(folder, tiny, release):
    """The shipped configs, on a tiny model and four songs; each output is beside its config."""
    folder.mkdir(exist_ok=True)
    start = tiny
    for stage in STAGES:
        config = yaml.safe_load((ROOT / "training" / "configs" / f"{stage}.yaml").read_text())
        config["model"]["path"] = str(start)
        config["output"] = str(folder / stage)
        for source in config["sources"]:
            source["release"] = str(release)
        config |= {
            "context_tokens": 1500, "learning_rate": 1e-3, "shuffle_rows": 8, "log_steps": 1,
            "global_batch_rows": 4, "workers": 0, "max_steps": 4, "save_steps": 2,
            "sample_tokens": 8, "async_checkpoints": stage == "skills",
        }  # fmt: skip
        (folder / f"{stage}.yaml").write_text(yaml.safe_dump(config))
        start = folder / stage
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


def ended(process):
    output, _ = process.communicate()
    assert process.returncode == 0, output[-5000:]
    return output


@pytest.fixture(scope="module")
def whole(tiny, release, tmp_path_factory):
    """The folder of the stages that two processes went through."""
    folder = write_stages(tmp_path_factory.mktemp("runs") / "whole", tiny, release)
    ended(start(folder))
    return folder


def weights(folder, stage):
    return load_file(folder / stage / "model.safetensors")


def assert_same_weights(folder, expected):
    for stage in STAGES:
        one, other = weights(folder, stage), weights(expected, stage)
        assert all(torch.equal(one[name], other[name]) for name in other)


def test_stages_survive_a_kill(tiny, release, whole, tmp_path):
    killed = write_stages(tmp_path / "killed", tiny, release)
    process = start(killed)
    while not (killed / "skills" / "checkpoint-2" / "state.json").exists():
        assert process.poll() is None, process.communicate()[0][-5000:]
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    ended(start(killed))
    assert_same_weights(killed, whole)


def test_the_command_under_torchrun_learns_the_same(tiny, release, whole, tmp_path):
    folder = write_stages(tmp_path / "runs", tiny, release)
    (tmp_path / "training").mkdir()  # one of the folder's own, which is not meant
    (tmp_path / "training/__init__.py").write_text("raise AssertionError")
    programs = Path(sys.executable).parent
    torchrun = [programs / "torchrun", "--nproc-per-node", "2", "--master-port", str(free_port())]
    for stage in STAGES:
        config = folder / f"{stage}.yaml"
        command = [*torchrun, "--no-python", programs / "partimento", "train", "sft", config]
        subprocess.run(command, cwd=tmp_path, env=os.environ | {"OMP_NUM_THREADS": "1"}, check=True)
    assert_same_weights(folder, whole)


def test_two_machines_of_one_process_are_one_of_two(tiny, release, whole, tmp_path):
    folder = write_stages(tmp_path / "runs", tiny, release)
    env = {"MACHINES": "2", "DEVICES": "1", "PORT": str(free_port())}
    for process in [start(folder, RANK=rank, **env) for rank in ("0", "1")]:
        ended(process)
    assert_same_weights(folder, whole)


def test_one_process_learns_what_two_learn_from_the_same_rows(tiny, release, whole, tmp_path):
    folder = write_stages(tmp_path / "runs", tiny, release)
    ended(start(folder, DEVICES="1"))
    for stage in STAGES:
        assert losses_of(folder / stage) == pytest.approx(losses_of(whole / stage), rel=1e-4)
        one, two = weights(folder, stage), weights(whole, stage)
        assert all(torch.allclose(one[name], two[name], atol=2e-5) for name in two)
        assert any(
            not torch.equal(one[name], weight)
            for name, weight in load_file(tiny / "model.safetensors").items()
        )
