"""Questions about sounds, as loaders make them, and the prompts that they become."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from schemas.thinking import PROMPT_SUFFIX, ask_for_thought
from training.collate import model_inputs, window_start_s
from training.packing import DecodedRow
from training.rows import GOLD
from training.time_embedding import begin_at


@dataclass
class Question:
    """A question with the features of its sounds, and what a right answer is measured by."""

    row_id: str
    prompt: str
    inputs: dict[str, Tensor]
    gold: dict[str, Any]

    def pin_memory(self) -> "Question":
        """The same in memory that a GPU copies from while it computes."""
        pinned = {name: value.pin_memory() for name, value in self.inputs.items()}
        return Question(self.row_id, self.prompt, pinned, self.gold)

    def inputs_on(self, device: torch.device) -> dict[str, Tensor]:
        """`input_ids` of shape (1, n_prompt), and the sound, on a device."""
        return {name: value.to(device, non_blocking=True) for name, value in self.inputs.items()}


def ask(processor: Any, heard: DecodedRow) -> Question:
    """A row's question: its first turn, without the answer; rows of MF-Skills ask to think, too."""
    prompt = heard.row.messages[0]["content"]
    prompt = prompt if prompt.endswith(PROMPT_SUFFIX) else ask_for_thought(prompt)
    asked = [{"role": "user", "content": prompt}]
    inputs = model_inputs(
        processor,
        [(asked, heard.sounds)],
        padding_side="left",
        add_generation_prompt=True,
        sanitize_control_tokens=True,
    )
    inputs["window_start_s"] = window_start_s(processor, [heard])
    kept = ("input_ids", "input_features", "input_features_mask", "window_start_s")
    gold = {name: heard.row.gold.get(name) for name in GOLD}
    return Question(heard.row.row_id, prompt, {name: inputs[name] for name in kept}, gold)


@torch.no_grad()
def prompt_embeddings(model: Any, language: Any, question: Question) -> Tensor:
    """A prompt as a language model reads it that knows nothing of sound.

    Parameters
    ----------
    model : MusicFlamingoForConditionalGeneration
        It encodes the sound, once; all ranks take part where it is sharded.
    language : Qwen2ForCausalLM
        It embeds the words.
    question : Question

    Returns
    -------
    Tensor, shape (n_tokens, width)
    """
    inputs = question.inputs_on(language.lm_head.weight.device)
    ids = inputs["input_ids"]
    begin_at(model, inputs["window_start_s"])
    sound = model.get_audio_features(
        inputs["input_features"], inputs["input_features_mask"], input_ids=ids
    ).pooler_output
    words = language.model.embed_tokens(ids)
    is_sound = (ids == model.config.audio_token_id)[..., None]
    return words.masked_scatter(is_sound, sound.to(words.dtype))[0]
