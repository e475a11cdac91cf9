"""Weights between the files of a transformers folder and a model that is split over devices.

No process ever holds a whole model but the one that writes it at the end.
"""

import json
from pathlib import Path
from typing import Any

import torch
import torch.distributed.checkpoint as dcp
from torch import Tensor
from torch.distributed.checkpoint import HuggingFaceStorageReader
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict
from torch.distributed.tensor import DTensor, distribute_tensor
from transformers import (
    GenerationConfig,
    MusicFlamingoConfig,
    MusicFlamingoForConditionalGeneration,
)

from training.command import UnusableError
from training.lora import first_weights, is_adapter, merged, plain_name
from training.parallel import Devices
from training.time_embedding import check_time_embedding

# Names in the files of transformers' folders, and in the model.
_RENAMED = (
    ("language_model.lm_head.", "lm_head."),
    ("language_model.model.", "model.language_model."),
    ("language_model.", "model.language_model."),
    ("audio_tower.", "model.audio_tower."),
    ("multi_modal_projector.", "model.multi_modal_projector."),
)


class ModelNotLoadedError(UnusableError):
    """The folder holds no complete Music Flamingo."""


def folder_of(path: str) -> Path:
    """The folder of a model; one that is a name on the hub is fetched.

    Raises
    ------
    ModelNotLoadedError
        If there is none.
    """
    if (folder := Path(path)).is_dir():
        return folder
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        return Path(snapshot_download(path))
    except (HfHubHTTPError, HFValidationError, OSError) as error:
        raise ModelNotLoadedError(f"{path}: neither a folder nor on the hub: {error}") from error


def skeleton(folder: Path, dtype: torch.dtype, attention: str) -> Any:
    """A model without memory: on ``meta``, as the folder's config says.

    Parameters
    ----------
    folder : Path
    dtype : torch.dtype
        Of its weights.
    attention : str
        transformers' name.
    """
    if not (folder / "config.json").is_file():
        raise ModelNotLoadedError(f"{folder}: there is no config.json; is it a model's folder?")
    model = _on_meta(MusicFlamingoConfig.from_pretrained(folder), dtype)
    model.set_attn_implementation(attention)
    if (folder / "generation_config.json").is_file():
        model.generation_config = GenerationConfig.from_pretrained(folder)
    return model


def materialise(model: Any, device: torch.device, seed: int) -> None:
    """Give a split model memory: empty weights, and buffers and adapters as at the start.

    Parameters
    ----------
    model : MusicFlamingoForConditionalGeneration
        On ``meta``, in FSDP's form.
    device : torch.device
    seed : int
        Of the adapters.
    """
    model.to_empty(device=device)
    for module in model.modules():
        # transformers' rotary embeddings: computed from the config, in float32, and never saved.
        if buffers := dict(module.named_buffers(recurse=False)):
            fresh = dict(type(module)(module.config).named_buffers())
            for name in buffers:
                setattr(module, name, fresh[name].to(device))
    generator = torch.Generator().manual_seed(seed)
    for name, weight in model.named_parameters():
        if is_adapter(name):
            _fill(weight, first_weights(name, weight, generator))


def read_weights(model: Any, folder: Path) -> None:
    """Read each process's part of the weights.

    Raises
    ------
    ModelNotLoadedError
        If a weight is missing or has another shape.
    """
    reader = HuggingFaceStorageReader(str(folder))
    stored = {_name_in_model(name): name for name in _names_in(folder)}
    wanted = {
        plain_name(name): weight
        for name, weight in model.state_dict().items()
        if not is_adapter(name)
    }
    if missing := wanted.keys() - stored.keys():
        raise ModelNotLoadedError(
            f"{folder}: {len(missing)} weights are missing, e.g. {min(missing)}"
        )
    try:
        dcp.load({stored[name]: weight for name, weight in wanted.items()}, storage_reader=reader)
    except dcp.api.CheckpointException as error:
        first = next(iter(error.failures.values()))
        raise ModelNotLoadedError(f"{folder}: {first[0]}") from error


def write_model(model: Any, processor: Any, folder: Path, here: Devices) -> None:
    """Write a model and its processor as transformers reads them, adapters merged in.

    All processes take part; the first one holds the whole model while it writes.
    """
    check_time_embedding(model)
    options = StateDictOptions(full_state_dict=True, cpu_offload=True)
    weights = get_model_state_dict(model, options=options)
    if here.is_first:
        # transformers finds the names of the files by the class, which FSDP changed.
        plain = _on_meta(model.config, model.dtype)
        plain.generation_config = model.generation_config
        plain.save_pretrained(folder, state_dict=merged(weights))
        processor.save_pretrained(folder)
    here.wait()


def _on_meta(config: Any, dtype: torch.dtype) -> Any:
    with torch.device("meta"):
        model = MusicFlamingoForConditionalGeneration(config)
    for weight in model.parameters():
        weight.data = weight.data.to(dtype)
    return model


def _name_in_model(name: str) -> str:
    for stored, known in _RENAMED:
        if name.startswith(stored):
            return known + name.removeprefix(stored)
    return name


def _names_in(folder: Path) -> list[str]:
    """The names of the weights in a folder's files."""
    from safetensors import safe_open

    index = folder / "model.safetensors.index.json"
    if index.is_file():
        return list(json.loads(index.read_text(encoding="utf-8"))["weight_map"])
    if not (whole := folder / "model.safetensors").is_file():
        raise ModelNotLoadedError(f"{folder}: there is no model.safetensors, nor an index of such")
    with safe_open(whole, "pt") as file:
        return list(file.keys())


@torch.no_grad()
def _fill(weight: Tensor, whole: Tensor) -> None:
    if isinstance(weight, DTensor):
        whole = distribute_tensor(
            whole.to(weight.device), weight.device_mesh, weight.placements, src_data_rank=None
        )
    weight.copy_(whole)
