"""A Parakeet of 180,000 parameters: NeMo's TDT model, made and trained without a network.

It is taught as a transducer is aligned: every frame on the path of a phrase's known word times
is told its token (or blank) and how far to jump. So it hears words when they begin.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PHRASES = (
    "the morning light is shining over water",
    "i will follow you across the burning sky",
    "dance with me until the music fades",
    "carry my heart over silver mountains",
    "never let the summer come to an end",
    "we are singing under quiet rain",
)
SAMPLE_RATE_HZ = 16000
FRAME_S = 0.04
DURATIONS = (0, 1, 2, 3, 4)
Timed = tuple[str, float, float]


@dataclass(frozen=True)
class Utterance:
    """Sound of shape (n_samples,) at 16 kHz, and its words with start and end (s)."""

    samples: np.ndarray
    words: Sequence[Timed]


def build(folder: Path, *, width: int = 48, layers: int = 3, seed: int = 0):
    """An untrained model and its SentencePiece tokenizer, which is left in a folder."""
    import torch
    from nemo.collections.asr.models import EncDecRNNTBPEModel
    from omegaconf import OmegaConf

    _write_tokenizer(folder)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return EncDecRNNTBPEModel(cfg=OmegaConf.create(_config(folder, width, layers))).eval()


def _write_tokenizer(folder: Path) -> None:
    import sentencepiece

    text = folder / "phrases.txt"
    text.write_text("\n".join(PHRASES))
    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(folder / "tokenizer"),
        vocab_size=64,
        model_type="bpe",
        bos_id=-1,
        eos_id=-1,
        normalization_rule_name="identity",
        minloglevel=2,
    )
    processor = sentencepiece.SentencePieceProcessor(str(folder / "tokenizer.model"))
    pieces = [processor.id_to_piece(i) for i in range(processor.get_piece_size())]
    (folder / "vocab.txt").write_text("\n".join(pieces))
    (folder / "tokenizer.vocab").write_text("\n".join(f"{piece}\t0" for piece in pieces))


def _config(folder: Path, width: int, layers: int) -> dict:
    hidden = {"encoder_hidden": width, "pred_hidden": width, "joint_hidden": 2 * width}
    return {
        "sample_rate": SAMPLE_RATE_HZ,
        "compute_eval_loss": False,
        "log_prediction": False,
        "labels": [],
        "tokenizer": {"dir": str(folder), "type": "bpe"},
        "model_defaults": {**hidden, "enc_hidden": width, "tdt_durations": list(DURATIONS)},
        "preprocessor": {
            "_target_": "nemo.collections.asr.modules.AudioToMelSpectrogramPreprocessor",
            "sample_rate": SAMPLE_RATE_HZ,
            "normalize": "per_feature",
            "window_size": 0.025,
            "window_stride": 0.01,
            "features": 40,
            "n_fft": 512,
            "dither": 0.0,
            "pad_to": 0,
        },
        "encoder": {
            "_target_": "nemo.collections.asr.modules.ConformerEncoder",
            "feat_in": 40,
            "feat_out": -1,
            "n_layers": layers,
            "d_model": width,
            "subsampling": "dw_striding",
            "subsampling_factor": 4,
            "subsampling_conv_channels": 32,
            "causal_downsampling": False,
            "ff_expansion_factor": 2,
            "self_attention_model": "rel_pos",
            "n_heads": 4,
            "att_context_size": [-1, -1],
            "xscaling": False,
            "untie_biases": True,
            "pos_emb_max_len": 1000,
            "conv_kernel_size": 9,
            "conv_norm_type": "batch_norm",
            "dropout": 0.0,
            "dropout_pre_encoder": 0.0,
            "dropout_emb": 0.0,
            "dropout_att": 0.0,
        },
        "decoder": {
            "_target_": "nemo.collections.asr.modules.RNNTDecoder",
            "normalization_mode": None,
            "random_state_sampling": False,
            "blank_as_pad": True,
            "prednet": {"pred_hidden": width, "pred_rnn_layers": 1, "dropout": 0.0},
        },
        "joint": {
            "_target_": "nemo.collections.asr.modules.RNNTJoint",
            "log_softmax": None,
            "preserve_memory": False,
            "fuse_loss_wer": False,
            "fused_batch_size": -1,
            "jointnet": {**hidden, "activation": "relu", "dropout": 0.0},
            "num_extra_outputs": len(DURATIONS),
        },
        "decoding": {
            "strategy": "greedy_batch",
            "model_type": "tdt",
            "durations": list(DURATIONS),
            "greedy": {"max_symbols": 10},
        },
        "loss": {
            "loss_name": "tdt_pytorch",
            "tdt_pytorch_kwargs": {"durations": list(DURATIONS), "sigma": 0.0},
        },
        "optim": {"name": "adam", "lr": 1e-3},
    }


def path_of(tokenizer, words: Sequence[Timed], n_frames: int):
    """The alignment: (tokens, and per frame its label, its jump and the tokens before it)."""
    blank = tokenizer.vocab_size
    tokens, onsets = [], []
    for word, start_s, end_s in words:
        pieces = tokenizer.text_to_ids(word)
        for index, piece in enumerate(pieces):
            time_s = start_s + (end_s - start_s) * index / len(pieces)
            onset = max(round(time_s / FRAME_S), onsets[-1] + 1 if onsets else 0)
            if onset < n_frames:
                tokens.append(piece)
                onsets.append(onset)
    labels = np.full(n_frames, blank)
    jumps = np.full(n_frames, DURATIONS[-1])
    before = np.searchsorted(onsets, np.arange(n_frames), side="left")
    labels[onsets] = tokens
    for frame in range(n_frames):
        later = onsets[np.searchsorted(onsets, frame, side="right") :]
        if later:
            jumps[frame] = min(later[0] - frame, DURATIONS[-1])
    return tokens, labels, jumps, before


def teach(model, draw, *, n_steps: int, batch_size: int = 16, rate: float = 3e-3) -> float:
    """Train on utterances that `draw()` gives; the loss of the last steps."""
    import torch

    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=1e-3)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=rate, total_steps=n_steps)
    model.train()
    losses = []
    for _ in range(n_steps):
        loss = _loss(model, [draw() for _ in range(batch_size)])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        plan.step()
        losses.append(loss.item())
    model.eval()
    return float(np.mean(losses[-20:]))


def _loss(model, batch: Sequence[Utterance]):
    import torch

    lengths = torch.tensor([len(each.samples) for each in batch])
    sound = torch.zeros(len(batch), int(lengths.max()))
    for row, each in zip(sound, batch, strict=True):
        row[: len(each.samples)] = torch.from_numpy(each.samples)
    features, n_features = model.preprocessor(input_signal=sound, length=lengths)
    encoded, n_encoded = model.encoder(audio_signal=features, length=n_features)
    paths = [
        path_of(model.tokenizer, each.words, int(n))
        for each, n in zip(batch, n_encoded, strict=True)
    ]
    longest = max(1, *(len(path[0]) for path in paths))
    targets = torch.zeros(len(batch), longest, dtype=torch.long)
    for row, path in zip(targets, paths, strict=True):
        row[: len(path[0])] = torch.tensor(path[0], dtype=torch.long)
    n_targets = torch.tensor([len(path[0]) for path in paths])
    predicted, *_ = model.decoder(targets=targets, target_length=n_targets)
    frames = model.joint.project_encoder(encoded.transpose(1, 2))
    states = model.joint.project_prednet(predicted.transpose(1, 2))
    rows = torch.cat([frames[i, : len(p[1])] for i, p in enumerate(paths)])
    columns = torch.cat([states[i, torch.from_numpy(p[3])] for i, p in enumerate(paths)])
    logits = model.joint.joint_after_projection(rows[:, None], columns[:, None])[:, 0, 0]
    n_labels = logits.shape[1] - len(DURATIONS)
    labels = torch.from_numpy(np.concatenate([path[1] for path in paths]))
    jumps = torch.from_numpy(np.concatenate([path[2] for path in paths]))
    weights = torch.where(labels == n_labels - 1, 0.5, 2.0)
    cross_entropy = torch.nn.functional.cross_entropy
    label_loss = (cross_entropy(logits[:, :n_labels], labels, reduction="none") * weights).mean()
    return label_loss + 0.3 * cross_entropy(logits[:, n_labels:], jumps)


def save(model, path: Path) -> Path:
    model.save_to(str(path))
    return path


def save_untrained(path: Path, **options) -> Path:
    """An untrained model in a `.nemo` file."""
    with tempfile.TemporaryDirectory() as folder:
        return save(build(Path(folder), **options), path)
