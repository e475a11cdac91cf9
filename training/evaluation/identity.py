"""What answers depend on: two models, or two ways to ask one, never share their answers."""

import hashlib
import re
from pathlib import Path

from schemas.digest import digest
from schemas.roles import RoleConfig
from training.config import ModelConfig

_KINDS = ("*.safetensors", "*.json", "*.jinja")


def answers_name(
    model: ModelConfig | None, endpoint: RoleConfig | None, asked: dict[str, object]
) -> str:
    """A name for the answers of a model that is asked in a way.

    Parameters
    ----------
    model : ModelConfig or None
        Read from disk: its weights decide, not its path.
    endpoint : RoleConfig or None
        Or served: address, model and sampling decide.
    asked : dict
        Settings of the prompt and of the answer.

    Returns
    -------
    str
        E.g. ``grpo-3f9c2b7a01de``.
    """
    if endpoint is not None:
        parts: list[object] = [endpoint.base_url, *endpoint.decides]
        title = endpoint.model or ""
    else:
        assert model is not None
        parts = [model.time_embedding, _weights_digest(Path(model.path)) or model.path]
        title = Path(model.path).name
    plain = re.sub(r"[^\w.-]+", "-", title) or "model"
    return f"{plain}-{digest([*parts, asked])[:12]}"


def _weights_digest(folder: Path) -> str | None:
    """SHA-256 of all that decides what a model in a folder says; None for a name on the hub."""
    if not folder.is_dir():
        return None
    total = hashlib.sha256()
    for path in sorted(
        [*folder.glob("*.safetensors"), *folder.glob("*.json"), *folder.glob("*.jinja")]
    ):
        with path.open("rb") as file:
            total.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()
