"""Answers to prompts, drawn in groups, with the log-probabilities that they were drawn with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from training.decoding import GroupCache, next_logits, read_prompt

# A CUDA graph attends to so many tokens of the answers more than the one before it. Ours: a capture
# takes about as long as decoding 50 tokens.
_GRAPH_TOKENS = 512
# Of so many keys, or a multiple, scores are matrices that a GPU's fast kernels take: rows begin at
# multiples of 16 bytes (NVIDIA, Matrix Multiplication Background User's Guide), here of 128.
_ALIGNED_TOKENS = 64
_CHECK_TOKENS = 16  # whether all answers have ended is looked up so often: it waits for the GPU


@dataclass(frozen=True)
class Answers:
    """Answers to a question.

    `tokens` and `logps` are of shape (group, longest); `lengths` of shape (group,) count the end of
    turn, where there is one. Behind them `tokens` are the first end token, `logps` 0. The latter
    are the model's at the temperature, tokens that are never drawn among them.
    """

    tokens: Tensor
    logps: Tensor
    lengths: Tensor
    has_ended: Tensor


@dataclass(frozen=True)
class Sampling:
    """How answers are drawn.

    Parameters
    ----------
    n_tokens : int
        Of the longest answer.
    temperature : float
    ends : sequence of int
        Tokens that end an answer; the first stands behind it.
    never : sequence of int
        Tokens that are never drawn, such as the placeholder of sound.
    is_compiled : bool
        Whether the layers are compiled for decoding.
    """

    n_tokens: int
    temperature: float
    ends: Sequence[int]
    never: Sequence[int] = ()
    is_compiled: bool = False


def uniform_draws(seed: int, question: int, group: int, n_tokens: int) -> Tensor:
    """Numbers in [0, 1) that decide a question's answers, wherever it is asked.

    Returns
    -------
    Tensor, shape (group, n_tokens), float32, on the CPU
    """
    # Not torch's generator: on the CPU it takes the lowest 32 bits of a seed only.
    drawn = np.random.default_rng([seed, question]).random((group, n_tokens), dtype=np.float32)
    return torch.from_numpy(drawn)


@torch.no_grad()
def draw(
    language: Any, prompts: Sequence[Tensor], draws: Sequence[Tensor], sampling: Sampling
) -> list[Answers]:
    """Answers to prompts that are decoded together.

    Parameters
    ----------
    language : Qwen2ForCausalLM
        Whole, as `language_copy` makes it.
    prompts : sequence of Tensor, each of shape (n_tokens, width)
        Embeddings of words and sound.
    draws : sequence of Tensor, each of shape (group, sampling.n_tokens)
        From `uniform_draws`.
    sampling : Sampling

    Returns
    -------
    list of Answers
        One a prompt, on the device of the model.
    """
    decoder = _Decoder(language, prompts, draws, sampling)
    decoder.run()
    lengths = decoder.lengths
    is_said = torch.arange(sampling.n_tokens, device=lengths.device) < lengths[..., None]
    tokens = decoder.tokens.masked_fill(~is_said, sampling.ends[0])
    logps = decoder.logps.masked_fill(~is_said, 0.0)
    return [
        Answers(tokens[i, :, :longest], logps[i, :, :longest], lengths[i], decoder.is_done[i])
        for i, longest in enumerate(lengths.amax(1).tolist())
    ]


class _Decoder:
    """The state of groups of answers while they are decoded; its tensors stay in their place."""

    def __init__(
        self, language: Any, prompts: Sequence[Tensor], draws: Sequence[Tensor], sampling: Sampling
    ) -> None:
        device = language.lm_head.weight.device
        n_groups, (group, n_tokens) = len(prompts), draws[0].shape
        self._language, self._sampling = language, sampling
        self._draws = torch.stack(list(draws)).to(device)
        self._ends = torch.tensor(list(sampling.ends), device=device)
        self._never = torch.tensor(list(sampling.never), dtype=torch.long, device=device)
        self._prompt_lengths = torch.tensor([len(each) for each in prompts], device=device)
        longest = max(len(each) for each in prompts)
        longest = -(-longest // _ALIGNED_TOKENS) * _ALIGNED_TOKENS
        self._caches = GroupCache.empty(language, n_groups, group, longest, n_tokens)
        self._step = torch.zeros(1, dtype=torch.long, device=device)
        self.tokens = torch.zeros((n_groups, group, n_tokens), dtype=torch.long, device=device)
        self.logps = torch.zeros((n_groups, group, n_tokens), device=device)
        self.lengths = torch.zeros((n_groups, group), dtype=torch.long, device=device)
        self.is_done = torch.zeros((n_groups, group), dtype=torch.bool, device=device)
        first = torch.stack(
            [read_prompt(language, prompt, self._caches, i) for i, prompt in enumerate(prompts)]
        )
        self._latest = torch.zeros((n_groups, group), dtype=torch.long, device=device)
        self._choose(first.repeat_interleave(group, dim=0))

    def run(self) -> None:
        """Decode until all answers have ended, or are as long as they may be."""
        n_tokens = self._sampling.n_tokens
        for start in range(0, n_tokens, _GRAPH_TOKENS):
            n_kept = min(start + _GRAPH_TOKENS, n_tokens)
            n_steps = n_kept - max(start, 1)  # the first token is the prompt's
            if self._decode(n_steps, self._one_token(n_kept)):
                return

    def _decode(self, n_steps: int, one_token: Callable[[], None]) -> bool:
        """Whether all have ended."""
        for index in range(n_steps):
            if index % _CHECK_TOKENS == 0 and bool(self.is_done.all()):
                return True
            one_token()
        return bool(self.is_done.all())

    def _one_token(self, n_kept: int) -> Callable[[], None]:
        """What adds a token to every answer; on a GPU it is recorded, and then replayed."""

        def step() -> None:
            logits = next_logits(
                self._language,
                self._latest,
                self._step - 1,
                self._prompt_lengths,
                self._caches,
                n_kept,
                is_compiled=self._sampling.is_compiled,
            )
            self._choose(logits)

        return _recorded(step) if self._step.is_cuda else step

    def _choose(self, logits: Tensor) -> None:
        """Draw a token of each answer: where the distribution's sum passes the drawn number."""
        shape = self._latest.shape
        logits = logits.float() / self._sampling.temperature
        sums = logits.index_fill(1, self._never, -torch.inf).softmax(-1).cumsum(-1)
        drawn = self._draws.index_select(2, self._step).view(-1, 1).clamp(max=1 - 2**-20)
        tokens = (sums <= drawn * sums[:, -1:]).sum(-1, keepdim=True)
        logps = logits.log_softmax(-1).gather(1, tokens)
        self.tokens.index_copy_(2, self._step, tokens.view(*shape, 1))
        self.logps.index_copy_(2, self._step, logps.view(*shape, 1))
        self._latest.copy_(tokens.view(shape))
        self.lengths += ~self.is_done
        self.is_done |= (self._latest[..., None] == self._ends).any(-1)
        self._step += 1


def _recorded(step: Callable[[], None]) -> Callable[[], None]:
    """A step that is run once as it is, then recorded as a CUDA graph, then replayed."""
    stream = torch.cuda.Stream()
    graph: torch.cuda.CUDAGraph | None = None
    n_calls = 0

    def one_token() -> None:
        nonlocal graph, n_calls
        n_calls += 1
        if n_calls == 1:  # what libraries set up at their first call cannot be recorded
            stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(stream):
                step()
            torch.cuda.current_stream().wait_stream(stream)
            return
        if graph is None:
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                step()
        graph.replay()

    return one_token
