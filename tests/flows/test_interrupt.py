"""What Ctrl-C says and does, in a process that does not want to end."""

import os
import signal
import subprocess
import sys

import pytest

from flows.interrupt import EXIT_STATUS
from tests.audio import tone, write
from tests.flows.conftest import BIN

N_FILES = 5000
"""More than are inspected before anybody can type."""

DEAF = """
import threading
import numpy as np
from flows.interrupt import watch_interrupts
watch_interrupts()
while True:
    try:
        print("ready", flush=True)
        {wait}
    except KeyboardInterrupt:
        pass
"""
WAITS = {
    "for a thread": "threading.Event().wait()",
    "in native code": "np.linalg.svd(np.ones((3000, 3000)))",
}


@pytest.mark.parametrize("wait", WAITS)
def test_the_first_says_what_it_waits_for_and_the_second_ends(wait):
    process = subprocess.Popen(
        [sys.executable, "-c", DEAF.format(wait=WAITS[wait])],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    process.stderr.readline()
    assert process.stderr.readline().startswith("Stopping: ")
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == EXIT_STATUS == 130
    assert said.splitlines()[-1].startswith("Ended. Run the same command again")
    assert "Traceback" not in said


def test_an_ingest_ends_with_the_files_under_way(environment, tmp_path):
    folder = tmp_path / "music"
    folder.mkdir()
    write(folder / "0.wav", tone(60, 8000), 8000)
    for n in range(1, N_FILES):
        os.link(folder / "0.wav", folder / f"{n}.wav")
    config = tmp_path / "corpus.yaml"
    config.write_text("name: stopped\nstore: store\nsource: {folder: music}\n")
    process = subprocess.Popen(
        [BIN / "partimento", "build", config, "--until", "segment"],
        stderr=subprocess.PIPE, env=environment, text=True,
    )  # fmt: skip
    while not process.stderr.readline().startswith("ingest "):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode != 0
    assert "Stopping: " in said
    assert f"ingest {N_FILES}/{N_FILES}" not in said
    assert not (tmp_path / "store/snapshots").exists()
