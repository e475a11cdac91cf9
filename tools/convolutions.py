"""madmom's convolutional networks as ONNX graphs.

A batch normalisation is folded into the convolution before it, whose kernels are flipped: madmom
convolves, ONNX correlates.
"""

from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tools.madmom_compat import import_madmom
from tools.onnx_graph import kept_graph, open_session, serialise, tensor

if TYPE_CHECKING:
    import onnxruntime

_VERSION = 1

Floats = NDArray[np.float32]


def feature_maps(model: str, spectrogram: Floats) -> Floats:
    """Output of the last convolution of a network.

    Parameters
    ----------
    model : str
        Path of madmom's file.
    spectrogram : np.ndarray, shape (n_frames, n_bands), float32

    Returns
    -------
    np.ndarray, shape (n_maps, n_frames_left, n_bands_left), float32
    """
    (maps,) = _session(model).run(None, {"spectrogram": spectrogram[None, None]})
    return np.asarray(maps[0], np.float32)


@lru_cache(maxsize=4)
def _session(model: str) -> "onnxruntime.InferenceSession":
    name = f"madmom-{Path(model).stem}"
    return open_session(
        partial(kept_graph, name, [model], version=_VERSION, build=partial(_build_graph, model))
    )


def _build_graph(model: str) -> bytes:
    import_madmom()
    from madmom.ml.nn import NeuralNetwork

    nodes: list[Any] = []
    weights: list[Any] = []
    source, padding = "spectrogram", 0
    for depth, (layer, after) in enumerate(pairwise([*NeuralNetwork.load(model).layers, None])):
        match type(layer).__name__:
            case "PadLayer":
                padding = layer.width
            case "ConvolutionalLayer":
                source = _add_convolution(
                    nodes, weights, f"l{depth}", source, layer, after, padding
                )
                padding = 0
            case "MaxPoolLayer":
                source = _add_max_pool(nodes, f"l{depth}", source, layer)
            case "BatchNormLayer" | "AverageLayer":
                pass  # the one is in the convolution before it, the other is the caller's
            case other:
                raise ValueError(f"{model}: a layer that is not known: {other}")
    return serialise(
        nodes,
        weights,
        source=("spectrogram", [1, 1, "n_frames", "n_bands"]),
        result=(source, [1, "n_maps", "n_frames_left", "n_bands_left"]),
    )


def _add_convolution(
    nodes: list[Any],
    weights: list[Any],
    name: str,
    source: str,
    layer: Any,
    norm: Any,
    padding: int,
) -> str:
    """Append a convolution with the normalisation and activation after it."""
    from onnx import helper

    scale = norm.gamma * norm.inv_std
    kernels = layer.weights.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1] * scale[:, None, None, None]
    bias = norm.beta + (layer.bias - norm.mean) * scale
    weights += [
        tensor(f"{name}W", kernels.astype(np.float32)),
        tensor(f"{name}B", bias.astype(np.float32)),
    ]
    inputs, pads = [source, f"{name}W", f"{name}B"], [padding] * 4
    nodes.append(helper.make_node("Conv", inputs, [f"{name}C"], pads=pads))
    activation = {"elu": "Elu", "relu": "Relu"}[norm.activation_fn.__name__]
    nodes.append(helper.make_node(activation, [f"{name}C"], [f"{name}A"]))
    return f"{name}A"


def _add_max_pool(nodes: list[Any], name: str, source: str, layer: Any) -> str:
    from onnx import helper

    nodes.append(
        helper.make_node(
            "MaxPool", [source], [f"{name}P"], kernel_shape=layer.size, strides=layer.stride
        )
    )
    return f"{name}P"
