"""The encoder of a Whisper in CTranslate2's form, as weights of Audio Flamingo 3's encoder.

The form: ``ctranslate2/src/models/model.cc`` (version 6): names, shapes, types and bytes in a row.
"""

import struct
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

_TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
_NORMS = {"self_attention/layer_norm": "self_attn_layer_norm", "ffn/layer_norm": "final_layer_norm"}


def read_variables(parts: Iterable[Path]) -> dict[str, np.ndarray]:
    """The variables of a ``model.bin``, given whole or in parts.

    Raises
    ------
    ValueError
        If the file ends too early, or is of another version.
    """
    data = b"".join(path.read_bytes() for path in parts)
    place = 0

    def take(form: str) -> tuple[int, ...]:
        nonlocal place
        values = struct.unpack_from("<" + form, data, place)
        place += struct.calcsize("<" + form)
        return values

    def text() -> str:
        nonlocal place
        (length,) = take("H")
        place += length
        return data[place - length : place].rstrip(b"\0").decode()

    (version,) = take("I")
    if version != 6:
        raise ValueError(f"a model of CTranslate2's version {version}; 6 is read")
    text()  # the model's kind
    take("I")  # its revision
    (n_variables,) = take("I")
    found = {}
    for _ in range(n_variables):
        name = text()
        (rank,) = take("B")
        shape = take(f"{rank}I")
        kind, n_bytes = take("BI")
        if place + n_bytes > len(data):
            raise ValueError(f"the file ends in {name}: are all its parts there, in order?")
        values = np.frombuffer(
            data, _TYPES[kind], n_bytes // np.dtype(_TYPES[kind]).itemsize, place
        )
        found[name] = values.reshape(shape)
        place += n_bytes
    return found


def encoder_weights(variables: dict[str, np.ndarray], n_positions: int) -> dict[str, Tensor]:
    """The encoder's weights under Audio Flamingo 3's names, in float32.

    Parameters
    ----------
    variables : dict of str to np.ndarray
        From `read_variables`, as float16 or float32.
    n_positions : int
        Frames of a window: 1,500 for 30 s; the first so many of Whisper's are kept.
    """
    ours = {name[8:]: each for name, each in variables.items() if name.startswith("encoder/")}
    found = {"embed_positions.weight": ours["position_encodings/encodings"][:n_positions]}
    for name in ("conv1", "conv2"):
        found |= {f"{name}.weight": ours[f"{name}/weight"], f"{name}.bias": ours[f"{name}/bias"]}
    found |= _norm(ours, "layer_norm", "layer_norm")
    n_layers = 0
    while f"layer_{n_layers}/ffn/linear_0/weight" in ours:
        found |= _layer(ours, f"layer_{n_layers}", f"layers.{n_layers}")
        n_layers += 1
    return {name: torch.from_numpy(each.astype(np.float32)) for name, each in found.items()}


def _layer(ours: dict[str, np.ndarray], theirs: str, name: str) -> dict[str, np.ndarray]:
    found = {}
    for norm, ours_norm in _NORMS.items():
        found |= _norm(ours, f"{theirs}/{norm}", f"{name}.{ours_norm}")
    # Queries, keys and values are one product there; keys have no bias in Whisper.
    for kind in ("weight", "bias"):
        fused = ours[f"{theirs}/self_attention/linear_0/{kind}"]
        for place, each in zip("qkv", np.split(fused, 3), strict=True):
            if (place, kind) != ("k", "bias"):
                found[f"{name}.self_attn.{place}_proj.{kind}"] = each
        found[f"{name}.self_attn.out_proj.{kind}"] = ours[
            f"{theirs}/self_attention/linear_1/{kind}"
        ]
        found[f"{name}.fc1.{kind}"] = ours[f"{theirs}/ffn/linear_0/{kind}"]
        found[f"{name}.fc2.{kind}"] = ours[f"{theirs}/ffn/linear_1/{kind}"]
    return found


def _norm(ours: dict[str, np.ndarray], theirs: str, name: str) -> dict[str, np.ndarray]:
    return {f"{name}.weight": ours[f"{theirs}/gamma"], f"{name}.bias": ours[f"{theirs}/beta"]}
