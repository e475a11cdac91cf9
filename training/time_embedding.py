"""The rotary time embedding (RoTE) of the sound, in two forms, and a guard of its precision.

It rotates the audio encoder's output before the projector by angles that grow with absolute time.
transformers' form is the one that NVIDIA's weights were trained with: two axes (window, place in
the window), both modulated by the time. The paper's formula is plainer.

Time counts from the start of the track, of which a cut clip is a part: a forward of the model takes
``window_start_s``, where in its track the clip of each window begins, of shape (n_windows,).
"""

import math
from typing import Any, get_args

import torch
from torch import Tensor, nn
from transformers.models.musicflamingo.modeling_musicflamingo import MusicFlamingoRotaryEmbedding

from training.config import TimeEmbedding


class PlainTimeEmbedding(nn.Module):
    """theta <- -tau * 2 pi: rotary embedding with the time in seconds in place of the token index.

    Pair i of the rotated channels turns once in ``rope_theta ** (2 i / dim)`` seconds: from one
    second to nearly the longest sound (1200 s). `dim` is the share `partial_rotary_factor` of the
    encoder's channels, the first ones. Source: *Music Flamingo*, design 3.

    Parameters
    ----------
    config : MusicFlamingoConfig
    """

    def __init__(self, config: Any) -> None:
        super().__init__()
        self._base = float(config.rope_parameters["rope_theta"])
        share = config.rope_parameters.get("partial_rotary_factor", 1.0)
        self._dim = int(config.head_dim * share) // 2 * 2
        self._step_s = config.audio_frame_step * 4  # convolution and pooling halve the frames

    @torch.no_grad()
    def forward(self, timestamps: Tensor, seq_len: int) -> tuple[Tensor, Tensor]:
        """Cosines and sines of the angles.

        Parameters
        ----------
        timestamps : Tensor, shape (n_windows, seq_len)
            Seconds since the start of each track.
        seq_len : int
            Tokens of a window. Not needed: the times say it all.

        Returns
        -------
        cos, sin : Tensor, shape (n_windows, seq_len, dim)
            In float64. There are no buffers, so no cast of the model can round them.
        """
        # float32 seconds are 40 ms steps, nearly.
        times = torch.round(timestamps.double() / self._step_s) * self._step_s
        exponents = torch.arange(0, self._dim, 2, device=times.device, dtype=torch.float64)
        frequencies = self._base ** (-exponents / self._dim)
        angles = (-times * 2 * math.pi)[..., None] * frequencies
        angles = torch.repeat_interleave(angles, 2, dim=-1)
        return angles.cos(), angles.sin()


def set_time_embedding(model: Any, form: TimeEmbedding) -> None:
    """Give a model one of the forms; its config, which is saved with it, says which.

    Raises
    ------
    ValueError
        If there is no such form.
    """
    if form not in get_args(TimeEmbedding):
        raise ValueError(f"{form!r} is no time embedding; there are {get_args(TimeEmbedding)}")
    backbone = _backbone(model)
    if form == "plain":
        backbone.pos_emb = PlainTimeEmbedding(model.config)
    elif not isinstance(backbone.pos_emb, MusicFlamingoRotaryEmbedding):
        backbone.pos_emb = MusicFlamingoRotaryEmbedding(model.config).to(model.device)
    backbone.register_forward_pre_hook(_take_start, with_kwargs=True)
    backbone.pos_emb.register_forward_pre_hook(_add_start)
    model.config.time_embedding = form


def begin_at(model: Any, window_start_s: Tensor | None) -> None:
    """Tell where in their tracks the clips of the next sound begin; of that sound alone.

    For ``get_audio_features`` and ``generate``; others give `window_start_s` to the forward.

    Parameters
    ----------
    model : Any
    window_start_s : Tensor, shape (n_windows,), or None
        None: all at the start.
    """
    _backbone(model).pos_emb.window_start_s = window_start_s


def _take_start(
    backbone: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if "window_start_s" in kwargs:
        begin_at(backbone, kwargs.pop("window_start_s"))
    return args, kwargs


def _add_start(embedding: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...] | None:
    start_s = embedding.__dict__.pop("window_start_s", None)
    if start_s is None:
        return None
    timestamps, *rest = args
    return (timestamps + start_s.to(timestamps)[:, None], *rest)


def check_time_embedding(model: Any) -> None:
    """Make sure that the clock of the sound was not rounded.

    In bfloat16 its cosines are wrong by 0.18 on average over 20 minutes, and nothing else shows it.

    Raises
    ------
    RuntimeError
        If a buffer differs from a new one in float32, as after ``model.to(torch.bfloat16)``.
    """
    embedding = _backbone(model).pos_emb
    if isinstance(embedding, PlainTimeEmbedding):
        return
    fresh = dict(MusicFlamingoRotaryEmbedding(embedding.config).named_buffers())
    for name, buffer in embedding.named_buffers():
        exact = fresh[name].to(buffer.device)
        is_exact = buffer.dtype == torch.float32 and torch.allclose(buffer, exact, 1e-6, 1e-7)
        if not is_exact:
            raise RuntimeError(
                f"the buffer {name} of the time embedding was rounded ({buffer.dtype}): load the "
                "model with dtype=torch.bfloat16, and never cast it with .to() or .bfloat16()"
            )


def _backbone(model: Any) -> Any:
    """The headless model, whatever wraps it: adapters, FSDP, DDP."""
    for module in model.modules():
        if hasattr(module, "pos_emb") and hasattr(module, "multi_modal_projector"):
            return module
    raise ValueError(f"{type(model).__name__} is no Music Flamingo")
