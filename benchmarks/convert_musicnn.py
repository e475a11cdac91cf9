"""Convert musicnn's network to ONNX, and compare it with the original; run once, by developers.

    uv venv /tmp/tf && uv pip install --python /tmp/tf tensorflow-cpu onnx onnxruntime
    uv pip install --python /tmp/tf --no-deps musicnn==0.1.0
    /tmp/tf/bin/python -P benchmarks/convert_musicnn.py tools/tags/musicnn.onnx

The network of J. Pons and X. Serra, "musicnn: Pre-trained convolutional neural networks for music
audio tagging" (2019), ISC, learned from MagnaTagATune: 50 tags of 3 s of sound.
"""

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import tensorflow as tf
from onnx import helper, numpy_helper
from tensorflow.python.training.py_checkpoint_reader import NewCheckpointReader

N_FRAMES, N_BANDS = 187, 96
# What tf.layers.batch_normalization adds to variances.
EPSILON = 1e-3
OPSET = 17


def main() -> None:
    """Write the graph, and print the largest difference to the original's probabilities."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", type=Path)
    target = parser.parse_args().target
    package = find_spec("musicnn")
    assert package is not None and package.origin is not None, "musicnn is not installed"
    checkpoint = f"{Path(package.origin).parent}/MTT_musicnn/"
    graph = Graph(NewCheckpointReader(checkpoint))
    onnx.save(graph.model(), target)
    spectra = np.random.default_rng(0).uniform(0, 3, (8, N_FRAMES, N_BANDS)).astype(np.float32)
    spectra *= np.linspace(0, 1, 8, dtype=np.float32)[:, None, None]
    session = onnxruntime.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    ours = session.run(None, {"mel": spectra})[0]
    difference = np.abs(ours - original(checkpoint, spectra)).max()
    print(f"{target.stat().st_size} bytes, largest difference {difference:.1e}")


def original(checkpoint: str, spectra: np.ndarray) -> np.ndarray:
    """Probabilities by the graph that lies beside the checkpoint."""
    v1 = tf.compat.v1
    v1.disable_eager_execution()
    meta = v1.MetaGraphDef.FromString(Path(checkpoint, ".meta").read_bytes())
    for node in meta.graph_def.node:
        # TensorFlow 2 finds others for nodes of the training.
        node.attr.pop("_output_shapes", None)
    saver = v1.train.import_meta_graph(meta, clear_devices=True)
    graph = v1.get_default_graph()
    inputs = {op.name: op.outputs[0] for op in graph.get_operations() if op.type == "Placeholder"}
    mel = next(
        each for each in inputs.values() if each.dtype == tf.float32 and each.shape[-1] == 96
    )
    training = next(each for each in inputs.values() if each.dtype == tf.bool)
    sigmoid = next(op.outputs[0] for op in graph.get_operations() if op.type == "Sigmoid")
    with v1.Session() as session:
        saver.restore(session, checkpoint)
        n_given = mel.shape[0] or len(spectra)
        assert n_given == len(spectra)
        found: np.ndarray = session.run(sigmoid, {mel: spectra, training: False})
    return found


class Graph:
    """musicnn's layers as nodes, with the weights of a checkpoint."""

    def __init__(self, weights: Any) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def model(self) -> onnx.ModelProto:
        """From log mel spectra (n, 187, 96) to probabilities (n, 50)."""
        image = self.normalise(self.reshape("mel", [-1, 1, N_FRAMES, N_BANDS]), 0)
        # Timbre: 7 frames by 0.4 and 0.7 of the bands. Rhythm: about 2, 1 and 0.5 s of each band.
        parts = [self.frontend(image, n, (3, 3)) for n in (0, 1)]
        parts += [self.frontend(image, n, pads) for n, pads in ((2, (63, 64)), (3, (31, 32)))]
        parts += [self.frontend(image, 4, (15, 16))]
        front = self.add("Concat", parts, axis=1)
        first = self.dense_in_time(front, 5)
        second = self.add("Add", [self.dense_in_time(first, 6), first])
        third = self.add("Add", [self.dense_in_time(second, 7), second])
        features = self.add("Concat", [front, first, second, third], axis=1)
        largest = self.add("ReduceMax", [features], axes=[2], keepdims=1)
        mean = self.add("ReduceMean", [features], axes=[2], keepdims=1)
        pooled = self.add("Flatten", [self.add("Concat", [largest, mean], axis=2)])
        hidden = self.add("Relu", [self.dense(self.normalise(pooled, 9), "dense")])
        logits = self.dense(self.normalise(hidden, 10), "dense_1")
        self.nodes.append(helper.make_node("Sigmoid", [logits], ["probability"]))
        value = helper.make_tensor_value_info
        graph = helper.make_graph(
            self.nodes,
            "musicnn",
            [value("mel", onnx.TensorProto.FLOAT, ["n", N_FRAMES, N_BANDS])],
            [value("probability", onnx.TensorProto.FLOAT, ["n", 50])],
            self.constants,
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9
        )
        onnx.checker.check_model(model)
        return model

    def frontend(self, image: str, layer: int, pads: tuple[int, int]) -> str:
        """Convolution number `layer`, and its largest value over all bands."""
        kernel = self.get(layer_name("conv2d", layer), "kernel").transpose(3, 2, 0, 1)
        found = self.convolve(image, layer, kernel, [pads[0], 0, pads[1], 0])
        return self.add("ReduceMax", [found], axes=[3], keepdims=0)

    def dense_in_time(self, features: str, layer: int) -> str:
        """Convolution number `layer` over 7 frames of all features."""
        kernel = self.get(layer_name("conv2d", layer), "kernel")[:, :, 0].transpose(2, 1, 0)
        return self.convolve(features, layer, kernel, [3, 3])

    def convolve(self, source: str, layer: int, kernel: np.ndarray, pads: list[int]) -> str:
        """Convolution, rectifier, normalisation."""
        bias = self.constant(self.get(layer_name("conv2d", layer), "bias"))
        found = self.add("Conv", [source, self.constant(kernel), bias], pads=pads)
        return self.normalise(self.add("Relu", [found]), layer + 1)

    def normalise(self, source: str, layer: int) -> str:
        """Batch normalisation number `layer`."""
        name = layer_name("batch_normalization", layer)
        parts = ("gamma", "beta", "moving_mean", "moving_variance")
        values = [self.constant(self.get(name, part)) for part in parts]
        return self.add("BatchNormalization", [source, *values], epsilon=EPSILON)

    def dense(self, source: str, name: str) -> str:
        """Matrix and bias."""
        values = [self.constant(self.get(name, part)) for part in ("kernel", "bias")]
        return self.add("Gemm", [source, *values])

    def reshape(self, source: str, shape: list[int]) -> str:
        """Another shape."""
        return self.add("Reshape", [source, self.constant(np.array(shape, np.int64))])

    def get(self, layer: str, part: str) -> np.ndarray:
        """A tensor of the checkpoint."""
        found: np.ndarray = self.weights.get_tensor(f"{layer}/{part}")
        return found

    def constant(self, value: np.ndarray) -> str:
        """A new constant's name."""
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, inputs: list[str], **attributes: Any) -> str:
        """A new node's output."""
        name = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name


def layer_name(kind: str, number: int) -> str:
    """TensorFlow's name of the layer of a kind, counted from 0."""
    return f"{kind}_{number}" if number else kind


if __name__ == "__main__":
    main()
