"""No library tells its makers who runs it on what: their telemetry is off in every process."""

import os

_OFF = {
    "DO_NOT_TRACK": "1",  # Prefect's clients, Hugging Face's libraries, and who else heeds it
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime would also leave a device id in ~/.cache/Microsoft
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "RAY_USAGE_STATS_ENABLED": "0",
}


def turn_off_telemetry() -> None:
    """Turn telemetry off in this process and in those that it starts.

    Works only before the libraries are imported; a user's own settings win.
    """
    for name, value in _OFF.items():
        os.environ.setdefault(name, value)
