"""No process of ours sends anything to the makers of its libraries, or keeps an id to do so."""

import os
import subprocess
import sys

import pytest

VARIABLES = (
    "DO_NOT_TRACK", "ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "RAY_USAGE_STATS_ENABLED",
    "PREFECT_SERVER_ANALYTICS_ENABLED", "PREFECT_API_URL", "XDG_CACHE_HOME", "CI",
)  # fmt: skip
TRACK_BEATS = """
import numpy as np
from tools.beats import tracker
samples = np.random.default_rng(0).normal(0, 0.1, 3 * 44100).astype(np.float32)
tracker.track_beats(samples, beats_per_bar=(4,), min_bpm=55.0, max_bpm=215.0)
"""
PREFECT = """
import {room}
from prefect._internal.analytics.enabled import is_telemetry_enabled
from prefect._internal.analytics import ci_detection, enabled
from prefect.settings import get_current_settings
enabled.is_ci_environment = lambda: False
assert not is_telemetry_enabled()
assert not get_current_settings().server.analytics_enabled
"""


def run(code, home):
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    environment |= {"HOME": str(home), "PREFECT_HOME": str(home / "prefect")}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())


def test_onnxruntime_leaves_no_device_id(tmp_path):
    left = run(TRACK_BEATS, tmp_path)
    assert not [path for path in left if "partimento" not in path], left


@pytest.mark.parametrize("room", ["flows", "tools", "training"])
def test_prefect_tells_nobody(room, tmp_path):
    left = run(PREFECT.format(room=room), tmp_path)
    assert not [path for path in left if "telemetry" in path or "device_id" in path], left
