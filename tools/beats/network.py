"""madmom's eight downbeat networks as one ONNX graph."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tools.madmom_compat import import_madmom
from tools.onnx_graph import kept_graph, open_session, serialise, tensor

if TYPE_CHECKING:
    import onnxruntime

N_FEATURES = 314
_VERSION = 1

Floats = NDArray[np.float32]


def activate(features: Floats, *, threads: int = 1) -> Floats:
    """Mean output of the eight networks.

    Parameters
    ----------
    features : np.ndarray, shape (n_frames, 314), float32
        From `compute_features`.
    threads : int, optional
        Native threads.

    Returns
    -------
    np.ndarray, shape (n_frames, 2), float32
        Probability of a beat that is no downbeat, and of a downbeat.

    Raises
    ------
    ValueError
        If `features` have another width.
    """
    if features.ndim != 2 or features.shape[1] != N_FEATURES:
        raise ValueError(f"features must have shape (n_frames, {N_FEATURES}), not {features.shape}")
    if len(features) == 0:
        return np.empty((0, 2), np.float32)
    (mean,) = _session(threads).run(None, {"features": features[:, None, :]})
    return np.ascontiguousarray(mean[:, 1:])


def cached_graph() -> Path:
    """Path of the graph in the user's cache folder; made if it is not there."""
    import_madmom()
    from madmom.models import DOWNBEATS_BLSTM

    return kept_graph("madmom-downbeats", DOWNBEATS_BLSTM, version=_VERSION, build=_build_graph)


@lru_cache(maxsize=2)
def _session(threads: int) -> "onnxruntime.InferenceSession":
    return open_session(cached_graph, threads=threads)


def _build_graph() -> bytes:
    from madmom.ml.nn import NeuralNetworkEnsemble
    from madmom.models import DOWNBEATS_BLSTM
    from onnx import helper

    networks = NeuralNetworkEnsemble.load(DOWNBEATS_BLSTM).processors[0].processors
    nodes: list[Any] = []
    weights: list[Any] = [tensor("flat", np.array([0, 0, -1], np.int64))]
    outputs = []
    for number, network in enumerate(networks):
        source = "features"
        for depth, layer in enumerate(network.layers[:-1]):
            source = _add_blstm(nodes, weights, f"n{number}l{depth}", source, layer)
        outputs.append(_add_softmax(nodes, weights, f"n{number}", source, network.layers[-1]))
    nodes.append(helper.make_node("Mean", outputs, ["mean"]))
    nodes.append(helper.make_node("Squeeze", ["mean", "batch"], ["activations"]))
    weights.append(tensor("batch", np.array([1], np.int64)))
    return serialise(
        nodes,
        weights,
        source=("features", ["n", 1, N_FEATURES]),
        result=("activations", ["n", 3]),
    )


def _add_blstm(nodes: list[Any], weights: list[Any], name: str, source: str, layer: Any) -> str:
    """Append a bidirectional LSTM with peepholes; ONNX has its gates in the order i, o, f, c."""
    from onnx import helper

    parts: dict[str, list[Floats]] = {"W": [], "R": [], "B": [], "P": []}
    for lstm in (layer.fwd_layer, layer.bwd_layer):
        peeping = (lstm.input_gate, lstm.output_gate, lstm.forget_gate)
        gates = (*peeping, lstm.cell)
        parts["W"].append(np.concatenate([gate.weights.T for gate in gates]))
        parts["R"].append(np.concatenate([gate.recurrent_weights.T for gate in gates]))
        biases = np.concatenate([gate.bias.ravel() for gate in gates])
        parts["B"].append(np.concatenate([biases, np.zeros_like(biases)]))
        parts["P"].append(np.concatenate([gate.peephole_weights for gate in peeping]))
    weights += [tensor(f"{name}{key}", np.stack(value)) for key, value in parts.items()]
    inputs = [source, f"{name}W", f"{name}R", f"{name}B", "", "", "", f"{name}P"]
    n_hidden = parts["R"][0].shape[1]
    nodes.append(
        helper.make_node(
            "LSTM", inputs, [f"{name}Y"], direction="bidirectional", hidden_size=n_hidden
        )
    )
    # (n, 2, 1, hidden) -> (n, 1, 2, hidden) -> (n, 1, 2 * hidden)
    nodes.append(helper.make_node("Transpose", [f"{name}Y"], [f"{name}T"], perm=[0, 2, 1, 3]))
    nodes.append(helper.make_node("Reshape", [f"{name}T", "flat"], [f"{name}out"]))
    return f"{name}out"


def _add_softmax(nodes: list[Any], weights: list[Any], name: str, source: str, layer: Any) -> str:
    from onnx import helper

    weights += [tensor(f"{name}W", layer.weights), tensor(f"{name}B", layer.bias.ravel())]
    nodes.append(helper.make_node("MatMul", [source, f"{name}W"], [f"{name}M"]))
    nodes.append(helper.make_node("Add", [f"{name}M", f"{name}B"], [f"{name}A"]))
    nodes.append(helper.make_node("Softmax", [f"{name}A"], [f"{name}S"], axis=-1))
    return f"{name}S"
