"""ONNX graphs of the networks that packages bring: made at first use, kept, run on the CPU.

A graph is kept in the user's cache folder under a name that holds the digest of the models it is
made of.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import onnxruntime


def kept_graph(
    name: str, models: Iterable[str], *, version: int, build: Callable[[], bytes]
) -> Path:
    """Path of a graph in the user's cache folder; made if it is not there.

    Parameters
    ----------
    name : str
        Begins the file's name.
    models : iterable of str
        Paths of the models that it is made of.
    version : int
        Raised when `build` makes another graph of the same models.
    build : callable
        ``build()`` gives the serialised graph.

    Returns
    -------
    Path
    """
    digest = hashlib.sha256(str(version).encode())
    for model in models:
        digest.update(Path(model).read_bytes())
    path = _cache_folder() / f"{name}-{digest.hexdigest()[:16]}.onnx"
    if not path.exists():
        _write_whole(path, build())
    return path


def open_session(find: Callable[[], Path], *, threads: int = 1) -> "onnxruntime.InferenceSession":
    """A graph that is ready to run.

    Parameters
    ----------
    find : callable
        ``find()`` gives the path, and makes the graph where it is missing; a damaged file is
        deleted, and made once more.
    threads : int, optional
        Native threads.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A 20-minute track would otherwise leave its peak memory with the worker for good.
    options.enable_cpu_mem_arena = False
    providers = ["CPUExecutionProvider"]
    path = find()
    try:
        return onnxruntime.InferenceSession(path, options, providers=providers)
    except Exception:
        path.unlink()
        return onnxruntime.InferenceSession(find(), options, providers=providers)


def serialise(
    nodes: Sequence[Any],
    weights: Sequence[Any],
    *,
    source: tuple[str, Sequence[int | str]],
    result: tuple[str, Sequence[int | str]],
) -> bytes:
    """A model of one input and one output, both float32.

    Parameters
    ----------
    nodes : sequence of NodeProto
    weights : sequence of TensorProto
    source, result : (str, sequence of int or str)
        Name and shape; a dimension with a name may have any size.
    """
    from onnx import TensorProto, helper

    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info(source[0], TensorProto.FLOAT, source[1])],
        [helper.make_tensor_value_info(result[0], TensorProto.FLOAT, result[1])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def tensor(name: str, values: NDArray[Any]) -> Any:
    """Weights as ONNX keeps them."""
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
