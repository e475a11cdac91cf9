"""The plain tools, called by their own APIs: the baseline, and the reference of the tests."""

import warnings
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from tools import chordino
from tools.essentia_compat import import_essentia
from tools.madmom_compat import import_madmom


@lru_cache(maxsize=1)
def madmom_networks() -> Any:
    """Madmom's `RNNDownBeatProcessor`."""
    import_madmom()
    from madmom.features.downbeats import RNNDownBeatProcessor

    return RNNDownBeatProcessor()


@lru_cache(maxsize=8)
def madmom_decoder(beats_per_bar: tuple[int, ...]) -> Any:
    """Madmom's `DBNDownBeatTrackingProcessor`."""
    import_madmom()
    from madmom.features.downbeats import DBNDownBeatTrackingProcessor

    return DBNDownBeatTrackingProcessor(beats_per_bar=list(beats_per_bar), fps=100)


def madmom_activations(samples: np.ndarray) -> np.ndarray:
    """Beat and downbeat activations, shape (n_frames, 2), of mono samples at 44.1 kHz."""
    networks = madmom_networks()
    return np.asarray(networks(_signal(samples)))


def madmom_beats(
    activations: np.ndarray, beats_per_bar: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """What `DBNDownBeatTrackingProcessor.process` does, but for the line that numpy 1.24 broke.

    Returns
    -------
    times_s, bar_positions : np.ndarray, shape (n_beats,)
    """
    decoder = madmom_decoder(tuple(beats_per_bar))
    strong = np.nonzero(activations >= decoder.threshold)[0]
    first, last = strong.min(), min(len(activations), strong.max() + 1)
    kept = activations[first:last]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        results = [hmm.viterbi(kept) for hmm in decoder.hmms]
    best = int(np.argmax([probability for _, probability in results]))
    hmm, path = decoder.hmms[best], results[best][0]
    numbers = hmm.transition_model.state_space.state_positions[path].astype(int) + 1
    in_beat = hmm.observation_model.pointers[path] >= 1
    edges = np.nonzero(np.diff(in_beat.astype(int)))[0] + 1
    if in_beat[0]:
        edges = np.r_[0, edges]
    if in_beat[-1]:
        edges = np.r_[edges, in_beat.size]
    beats = [np.argmax(kept[left:right]) // 2 + left for left, right in edges.reshape(-1, 2)]
    return (np.array(beats) + first) / 100.0, numbers[beats]


@lru_cache(maxsize=1)
def _madmom_key() -> Any:
    import_madmom()
    from madmom.features.key import CNNKeyRecognitionProcessor

    return CNNKeyRecognitionProcessor()


@lru_cache(maxsize=1)
def _madmom_chords() -> tuple[Any, Any]:
    import_madmom()
    from madmom.features.chords import CNNChordFeatureProcessor, CRFChordRecognitionProcessor

    return CNNChordFeatureProcessor(), CRFChordRecognitionProcessor()


def madmom_key(samples: np.ndarray) -> np.ndarray:
    """Probabilities, shape (24,), of A major to G# major, then A minor to G# minor."""
    network = _madmom_key()
    return np.asarray(network(_signal(samples))[0])


def madmom_chord_features(samples: np.ndarray) -> np.ndarray:
    """Output of `CNNChordFeatureProcessor`, shape (n_frames, 128)."""
    network, _ = _madmom_chords()
    return np.asarray(network(_signal(samples)))


def madmom_chords(features: np.ndarray) -> list[tuple[float, str]]:
    """Chord changes of `CRFChordRecognitionProcessor`."""
    _, decoder = _madmom_chords()
    return [(float(start_s), str(label)) for start_s, _, label in decoder(features)]


def _signal(samples: np.ndarray) -> Any:
    from madmom.audio.signal import Signal

    return Signal(samples, sample_rate=44100, num_channels=1)


def essentia_key(samples: np.ndarray) -> tuple[str, str, float]:
    """Essentia's `KeyExtractor` with its defaults."""
    key, scale, strength = import_essentia().KeyExtractor()(samples)
    return key, scale, strength


def essentia_loudness(stereo: np.ndarray) -> float:
    """Essentia's `LoudnessEBUR128`."""
    return float(import_essentia().LoudnessEBUR128(sampleRate=44100)(stereo)[2])


def chordino_chords(samples: np.ndarray) -> list[tuple[float, str]]:
    """Chordino through vamp."""
    return chordino.chord_changes(samples)


def nnls_chroma_outputs(samples: np.ndarray) -> dict[str, np.ndarray]:
    """What the plugin beside Chordino makes on the way to chords, each (n_frames, n_values)."""
    import vamp

    names = ["logfreqspec", "tunedlogfreqspec", "semitonespectrum", "bothchroma"]
    parameters = {"rollon": chordino.PARAMETERS["rollon"]}
    chordino.set_plugin_path()
    found: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for each in vamp.process_audio_multiple_outputs(
        samples, chordino.SAMPLE_RATE_HZ, "nnls-chroma:nnls-chroma", names, parameters
    ):
        ((name, feature),) = each.items()
        found[name].append(feature["values"])
    return {name: np.array(frames) for name, frames in found.items()}
