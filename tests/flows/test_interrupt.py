"""What Ctrl-C says and does, in a process that does not want to end."""

import os
import signal
import subprocess
import sys

import pytest

from flows.interrupt import EXIT_STATUS

DEAF = """
from flows.interrupt import watch_interrupts
watch_interrupts()
print("ready", flush=True)
while True:
    try:
        {wait}
    except KeyboardInterrupt:
        pass
"""
WAITS = {
    "for a thread": "import threading; threading.Event().wait()",
    "in native code": "import numpy as np; np.linalg.svd(np.ones((3000, 3000)))",
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
