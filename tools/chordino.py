"""Chords by Chordino (nnls-chroma), through the vamp host.

Mauch and Dixon, "Approximate Note Transcription for the Improved Identification of Difficult
Chords", ISMIR 2010. Licence of the plugin: GPL-2.0-or-later.
"""

import importlib.util
import os
from importlib import metadata
from pathlib import Path

import numpy as np

TOOL = "nnls-chroma:chordino"
SAMPLE_RATE_HZ = 44100
# `rollon` 1 is the authors' advice for popular music.
PARAMETERS = {"rollon": 1.0, "usehartesyntax": 1.0}


def version() -> str:
    """Where the compiled plugin comes from, e.g. ``chord-extractor 0.1.3``."""
    return f"chord-extractor {metadata.version('chord-extractor')}"


def is_installed() -> bool:
    """Whether the vamp host finds the plugin."""
    set_plugin_path()
    import vamp

    return TOOL in vamp.list_plugins()


def chord_changes(samples: np.ndarray) -> list[tuple[float, str]]:
    """Chord changes of a recording.

    Parameters
    ----------
    samples : np.ndarray, shape (n_samples,), float32
        Mono, at `SAMPLE_RATE_HZ`.

    Returns
    -------
    list of (float, str)
        Time in seconds and Harte label, e.g. ``A:min7``; ``N`` for no chord. A chord lasts
        until the next.
    """
    set_plugin_path()
    import vamp

    found = vamp.collect(samples, SAMPLE_RATE_HZ, TOOL, parameters=PARAMETERS)
    return [(float(entry["timestamp"]), str(entry["label"])) for entry in found["list"]]


def set_plugin_path() -> None:
    """Let vamp find the plugin inside chord-extractor; a user's own VAMP_PATH wins."""
    package = importlib.util.find_spec("chord_extractor")
    if package is not None and package.origin is not None:
        os.environ.setdefault("VAMP_PATH", str(Path(package.origin).parent / "_lib"))
