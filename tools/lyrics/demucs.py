"""Vocals by Demucs (S. Rouard, F. Massa and A. Défossez, "Hybrid Transformers", ICASSP 2023)."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.audio import load_mono
from tools.errors import RefusedError
from tools.lyrics.transcript import SAMPLE_RATE_HZ

HOW_TO_GET = "run `make install-all`, then name a model of Demucs (htdemucs) or a folder/name"
_STEM = "vocals"


def load_separator(name: str) -> Any:
    """A separator, on a GPU where there is one; loaded once in a process.

    Parameters
    ----------
    name : str
        A model's name, or ``folder/name`` of one in a local folder.

    Raises
    ------
    RefusedError
        ``no_model`` if Demucs is not installed or the model cannot be loaded.
    """
    try:
        return _load(name)
    except ImportError as error:
        detail = f"Demucs is not installed ({error}): {HOW_TO_GET}"
        raise RefusedError("no_model", detail) from error
    except (Exception, SystemExit) as error:  # Demucs exits where a folder is missing
        raise RefusedError("no_model", f"{name}: {error}: {HOW_TO_GET}") from error


def vocals_of(path: str, name: str) -> NDArray[np.float32]:
    """The vocal stem of a file.

    Returns
    -------
    np.ndarray, shape (n_samples,), float32
        Mono at 16 kHz.

    Raises
    ------
    RefusedError
        If the file cannot be decoded any more, or the separator not be loaded.
    """
    import soxr
    import torch

    separator = load_separator(name)
    mono = load_mono(path, sample_rate_hz=separator.samplerate)
    mix = torch.from_numpy(mono).expand(separator.audio_channels, -1).contiguous()
    _, stems = separator.separate_tensor(mix)
    vocals = stems[_STEM].mean(0).cpu().numpy()
    found: NDArray[np.float32] = soxr.resample(vocals, separator.samplerate, SAMPLE_RATE_HZ)
    return found


@cache
def _load(name: str) -> Any:
    import torch
    from demucs.api import Separator

    device = "cuda" if torch.cuda.is_available() else "cpu"
    folder, _, model = name.rpartition("/")
    repo = Path(folder) if folder and Path(folder).is_dir() else None
    # Without random shifts, the same song gives the same vocals.
    return Separator(model if repo else name, repo=repo, device=device, shifts=0)
