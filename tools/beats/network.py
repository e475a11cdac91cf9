"""madmom's eight downbeat networks as one ONNX graph.

The graph is made at first use from the models that come with madmom, and kept in the user's cache
folder under a name that holds the digest of those models.
"""

import hashlib
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tools.madmom_compat import import_madmom

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


def cached_graph(folder: Path | None = None) -> Path:
    """Path of the graph; made if it is not there.

    Parameters
    ----------
    folder : Path, optional
        By default ``partimento`` in the user's cache folder.
    """
    import_madmom()
    from madmom.models import DOWNBEATS_BLSTM

    digest = hashlib.sha256(str(_VERSION).encode())
    for model in DOWNBEATS_BLSTM:
        digest.update(Path(model).read_bytes())
    folder = folder or _cache_folder()
    path = folder / f"madmom-downbeats-{digest.hexdigest()[:16]}.onnx"
    if not path.exists():
        _write_whole(path, _build_graph())
    return path


@lru_cache(maxsize=2)
def _session(threads: int) -> "onnxruntime.InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A 20-minute track would otherwise leave its peak memory with the worker for good.
    options.enable_cpu_mem_arena = False
    providers = ["CPUExecutionProvider"]
    path = cached_graph()
    try:
        return onnxruntime.InferenceSession(path, options, providers=providers)
    except Exception:
        path.unlink()  # a damaged cache file: once more from madmom's models
        return onnxruntime.InferenceSession(cached_graph(), options, providers=providers)


def _build_graph() -> bytes:
    from madmom.ml.nn import NeuralNetworkEnsemble
    from madmom.models import DOWNBEATS_BLSTM
    from onnx import TensorProto, helper

    networks = NeuralNetworkEnsemble.load(DOWNBEATS_BLSTM).processors[0].processors
    nodes: list[Any] = []
    weights: list[Any] = [_tensor("flat", np.array([0, 0, -1], np.int64))]
    outputs = []
    for number, network in enumerate(networks):
        source = "features"
        for depth, layer in enumerate(network.layers[:-1]):
            source = _add_blstm(nodes, weights, f"n{number}l{depth}", source, layer)
        outputs.append(_add_softmax(nodes, weights, f"n{number}", source, network.layers[-1]))
    nodes.append(helper.make_node("Mean", outputs, ["mean"]))
    nodes.append(helper.make_node("Squeeze", ["mean", "batch"], ["activations"]))
    weights.append(_tensor("batch", np.array([1], np.int64)))
    graph = helper.make_graph(
        nodes,
        "downbeats",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 1, N_FEATURES])],
        [helper.make_tensor_value_info("activations", TensorProto.FLOAT, ["n", 3])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


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
    weights += [_tensor(f"{name}{key}", np.stack(value)) for key, value in parts.items()]
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

    weights += [_tensor(f"{name}W", layer.weights), _tensor(f"{name}B", layer.bias.ravel())]
    nodes.append(helper.make_node("MatMul", [source, f"{name}W"], [f"{name}M"]))
    nodes.append(helper.make_node("Add", [f"{name}M", f"{name}B"], [f"{name}A"]))
    nodes.append(helper.make_node("Softmax", [f"{name}A"], [f"{name}S"], axis=-1))
    return f"{name}S"


def _tensor(name: str, values: NDArray[Any]) -> Any:
    from onnx import numpy_helper

    return numpy_helper.from_array(np.ascontiguousarray(values), name)


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "partimento"


def _write_whole(path: Path, data: bytes) -> None:
    """Write all or nothing, whoever else is writing the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
    os.replace(file.name, path)
