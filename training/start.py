"""A Music Flamingo to start from, made of an Audio Flamingo 3.

``partimento train start AUDIO_FLAMINGO_3 FOLDER``. All its weights are kept. New are the time
embedding, which has none, and two tokens around each sound, whose embeddings start as the mean of
all others.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AudioFlamingo3ForConditionalGeneration,
    AudioFlamingo3Processor,
    MusicFlamingoConfig,
    MusicFlamingoForConditionalGeneration,
    MusicFlamingoProcessor,
)

# As in `nvidia/music-flamingo-2601-hf`.
_BOUNDS = ("<|sound_bos|>", "<|sound_eos|>")
_ROPE = {"rope_type": "default", "rope_theta": 1200.0}


def start(source: str, folder: Path) -> None:
    """Write a Music Flamingo with the weights of an Audio Flamingo 3.

    Parameters
    ----------
    source : str
        Folder in transformers' form, or a name on the hub.
    folder : Path
        Of the new model and its processor.

    Raises
    ------
    FileExistsError
        If there is a model in `folder` already.
    OSError, ValueError
        If `source` cannot be read.
    """
    if (folder / "config.json").exists():
        raise FileExistsError(f"{folder} holds a model already: give another folder")
    old = AudioFlamingo3ForConditionalGeneration.from_pretrained(source, dtype="auto")
    processor = _processor(AudioFlamingo3Processor.from_pretrained(source))
    model = _model(old, processor)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)


def _processor(old: Any) -> MusicFlamingoProcessor:
    old.tokenizer.add_tokens(list(_BOUNDS), special_tokens=True)
    return MusicFlamingoProcessor(
        feature_extractor=old.feature_extractor,
        tokenizer=old.tokenizer,
        chat_template=old.chat_template,
        audio_token=old.audio_token,
        audio_bos_token=_BOUNDS[0],
        audio_eos_token=_BOUNDS[1],
    )


@torch.no_grad()
def _model(old: Any, processor: MusicFlamingoProcessor) -> MusicFlamingoForConditionalGeneration:
    new = [processor.audio_bos_token_id, processor.audio_eos_token_id]
    if max(new) >= old.config.text_config.vocab_size:
        old.resize_token_embeddings(max(new) + 1, mean_resizing=False)
    for table in (old.get_input_embeddings().weight, old.get_output_embeddings().weight):
        table[new] = table[: min(new)].mean(0, dtype=torch.float32).to(table)
    config = MusicFlamingoConfig(
        audio_config=old.config.audio_config,
        text_config=old.config.text_config,
        audio_token_id=processor.audio_token_id,
        audio_bos_token_id=processor.audio_bos_token_id,
        audio_eos_token_id=processor.audio_eos_token_id,
        rope_parameters=dict(_ROPE),
    )
    model = MusicFlamingoForConditionalGeneration._from_config(config, dtype=old.dtype)
    model.load_state_dict(old.state_dict())
    model.generation_config = old.generation_config
    return model


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, and write the model.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the command line.
    """
    parser = argparse.ArgumentParser(prog="partimento train start", description=__doc__)
    parser.add_argument("source", help="folder of an Audio Flamingo 3, or its name on the hub")
    parser.add_argument("folder", type=Path, help="folder of the new model")
    options = parser.parse_args(arguments)
    try:
        start(options.source, options.folder)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    print(f"{options.folder}: a Music Flamingo with the weights of {options.source}")


if __name__ == "__main__":
    main()
