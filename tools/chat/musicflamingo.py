"""The engine `local/musicflamingo`: transformers' Music Flamingo in this process, in batches."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from schemas.audio_tokens import SAMPLE_RATE_HZ, WINDOW_SAMPLES
from schemas.dialect import Dialect
from schemas.roles import RoleConfig, Sampling
from tools.chat.body import chat_body
from tools.chat.engine import Attempt, AttemptOptions, RunOnClip, SoundForm
from tools.chat.faults import BadRequestFault, Fault, LastingFault, PassingFault
from tools.chat.request import ChatRequest, Reply
from tools.clips import load_clip

# So few get no audio token: transformers 5.24 then fails, or places the next clip 30 s late.
_SOUNDLESS_SAMPLES = 320
_GATHER_S = 0.005
Waveform = np.ndarray | None  # shape (n_samples,), float32, mono at 16 kHz


@dataclass(frozen=True)
class _Flamingo:
    """A model that is loaded, its processor, and its name."""

    model: Any
    processor: Any
    name: str


class Flamingo:
    """A model that is loaded once, for all roles that it plays; it answers one at a time.

    Parameters
    ----------
    name : str
        A local folder, or a name on the hub.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._turn = threading.Lock()
        self._loaded: _Flamingo | None = None

    @contextmanager
    def use(self) -> Iterator[_Flamingo]:
        """The model, for this thread alone; loads it at first.

        Raises
        ------
        LastingFault
            If it cannot be loaded.
        """
        with self._turn:
            self._loaded = self._loaded or _load(self._name)
            yield self._loaded

    def free(self) -> None:
        """Give its memory back."""
        with self._turn:
            if self._loaded is not None:
                import torch

                self._loaded = None
                torch.cuda.empty_cache()


@dataclass(frozen=True, eq=False)
class _Row:
    """A request that waits for its answer."""

    messages: list[dict[str, Any]]
    sound: Waveform
    max_output_tokens: int
    answer: asyncio.Future[Reply]


class MusicFlamingoEngine:
    """One role's model, loaded at the first attempt: on a GPU in bfloat16, else in float32.

    Parameters
    ----------
    role : RoleConfig
        `model` is a local folder or a name on the hub; `batch_size` requests are answered at once.
    hear : RunOnClip
        Where clips are decoded.
    flamingo : Flamingo
        Shared by all roles that this model plays.

    Notes
    -----
    All attempts are made in one event loop. A form is only described to the model. With a seed,
    the same batch gets the same answers. A batch that takes longer than the role's time limit is
    ended; whose answer is not whole by then has timed out.
    """

    def __init__(self, role: RoleConfig, hear: RunOnClip, flamingo: Flamingo) -> None:
        self._role = role
        self._hear = hear
        self._flamingo = flamingo
        self._rows: list[_Row] = []
        self._collector: asyncio.Task[None] | None = None

    async def prepare(self, request: ChatRequest, sound: SoundForm) -> Attempt:
        """Decode the clip, if there is one; of two, transformers' processor takes none."""
        if request.second is not None:
            raise BadRequestFault("two_sounds", "this engine hears one recording a request")
        samples = None
        if request.clip is not None:
            load = partial(load_clip, sample_rate_hz=SAMPLE_RATE_HZ)
            samples = _without_soundless_rest(await self._hear(load, request.clip))
        return partial(self._attempt, request, samples)

    async def check(self) -> None:
        """Load the model."""

        def load() -> None:
            with self._flamingo.use():
                pass

        await asyncio.to_thread(load)

    async def close(self) -> None:
        """Stop answering, and free the model."""
        for row in self._rows:
            _settle(row, PassingFault("unreachable", "the engine was closed"))
        if self._collector is not None and not self._collector.done():
            await asyncio.wait([self._collector])
        self._flamingo.free()

    async def _attempt(
        self, request: ChatRequest, sound: Waveform, options: AttemptOptions
    ) -> Reply:
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        messages = _messages(request, self._role, sound, options)
        self._rows.append(_Row(messages, sound, options.max_output_tokens, answer))
        if self._collector is None or self._collector.done():
            self._collector = asyncio.create_task(self._collect())
        return await answer

    async def _collect(self) -> None:
        """Answer batches, one at a time, until nobody waits."""
        await asyncio.sleep(_GATHER_S)
        while batch := self._next_batch():
            try:
                outcomes = await asyncio.to_thread(self._answers, batch)
            except Exception as error:
                outcomes = [_fault(error)] * len(batch)
            for row, outcome in zip(batch, outcomes, strict=True):
                _settle(row, outcome)

    def _next_batch(self) -> list[_Row]:
        """Who waited longest, and others: all with sound or all without, for these do not mix."""
        self._rows = [row for row in self._rows if not row.answer.done()]
        alike = [row for row in self._rows if (row.sound is None) == (self._rows[0].sound is None)]
        return alike[: self._role.batch_size]

    def _answers(self, rows: list[_Row]) -> list[Reply | Fault]:
        with self._flamingo.use() as flamingo:
            return _answers(flamingo, rows, self._role)


def _messages(
    request: ChatRequest, role: RoleConfig, sound: Waveform, options: AttemptOptions
) -> Any:
    """Those of the engine `openai`, with the form in words and the sound as samples."""
    in_words = replace(options, dialect=Dialect(form="prompt"))
    messages = chat_body(request, role, in_words)["messages"]
    if sound is not None:
        text = {"type": "text", "text": messages[1]["content"]}
        messages[1]["content"] = [{"type": "audio", "audio": sound}, text]
    return messages


def _settle(row: _Row, outcome: Reply | Fault) -> None:
    if row.answer.done():  # nobody waits any more
        return
    if isinstance(outcome, Fault):
        row.answer.set_exception(outcome)
    else:
        row.answer.set_result(outcome)


def _without_soundless_rest(sound: np.ndarray) -> np.ndarray:
    """The sound, or up to 20 ms less of it, where they would be a window of their own."""
    rest = len(sound) % WINDOW_SAMPLES
    kept = sound[: len(sound) - rest] if rest <= _SOUNDLESS_SAMPLES else sound
    if len(kept) == 0:
        raise BadRequestFault("too_short", f"{rest} samples at {SAMPLE_RATE_HZ} Hz")
    return kept


def _load(name: str) -> _Flamingo:
    try:
        import torch
        from transformers import MusicFlamingoForConditionalGeneration, MusicFlamingoProcessor

        has_gpu = torch.cuda.is_available()
        processor: Any = MusicFlamingoProcessor.from_pretrained(name)
        # The dtype is given here: `.to(bfloat16)` would also round the clock of the sound.
        dtype = torch.bfloat16 if has_gpu else torch.float32
        load: Any = MusicFlamingoForConditionalGeneration.from_pretrained
        model, found = load(name, dtype=dtype, output_loading_info=True)
        if missing := found["missing_keys"]:
            raise ValueError(f"{len(missing)} weights are missing, e.g. {min(missing)}")
        if getattr(model.config, "time_embedding", "checkpoint") != "checkpoint":
            raise ValueError("it was trained with another time embedding than transformers has")
        model = model.to("cuda" if has_gpu else "cpu").eval()
    except ImportError as error:
        raise LastingFault("not_installed", f"{error}; run `make install-train`") from error
    except Exception as error:
        detail = f"`{name}` must be the folder of a Music Flamingo, or its name on the hub: {error}"
        raise LastingFault("model_not_loaded", detail) from error
    return _Flamingo(model, processor, Path(name).resolve().name if Path(name).is_dir() else name)


def _answers(flamingo: _Flamingo, rows: list[_Row], role: RoleConfig) -> list[Reply | Fault]:
    """One outcome a row: a batch that does not fit or fails is halved, down to one row."""
    import torch

    if role.sampling.seed is not None:
        torch.manual_seed(role.sampling.seed)
    try:
        return _generate(flamingo, rows, role)
    except torch.OutOfMemoryError:
        fault: Fault = BadRequestFault("out_of_memory", "it does not fit into the GPU's memory")
    except Exception as error:
        fault = _fault(error)
    if len(rows) == 1:
        return [fault]
    # Not in the handler: there the exception still holds the tensors of the batch.
    torch.cuda.empty_cache()
    parts = rows[: len(rows) // 2], rows[len(rows) // 2 :]
    return [answer for part in parts for answer in _answers(flamingo, part, role)]


def _fault(error: Exception) -> Fault:
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, RuntimeError | OSError | MemoryError):
        return PassingFault("server_error", detail)
    return error if isinstance(error, Fault) else BadRequestFault("bad_request", detail)


def _generate(flamingo: _Flamingo, rows: list[_Row], role: RoleConfig) -> list[Reply | Fault]:
    inputs = _inputs(flamingo, rows)
    counts, n_prompt = inputs["attention_mask"].sum(1).tolist(), inputs["input_ids"].shape[1]
    until_s = time.monotonic() + role.time_limit_s

    def is_done(tokens: Any, _: Any) -> Any:
        n_new, is_late = tokens.shape[1] - n_prompt, time.monotonic() > until_s
        done = [is_late or row.answer.done() or n_new >= row.max_output_tokens for row in rows]
        return tokens.new_tensor(done).bool()

    tokens = flamingo.model.generate(
        **inputs,
        **_drawing(role.sampling),
        max_new_tokens=max(row.max_output_tokens for row in rows),
        stopping_criteria=[is_done],
        use_cache=True,  # NVIDIA's checkpoint turns it off
    )
    new = tokens[:, n_prompt:].tolist()
    late = PassingFault("timed_out", f"no whole answer in {role.time_limit_s:g} s", may_cost=True)
    replies = [_reply(flamingo, *each) for each in zip(rows, counts, new, strict=True)]
    if time.monotonic() <= until_s:
        return list(replies)
    return [
        late if reply.finish == "length" and len(tokens) < row.max_output_tokens else reply
        for row, reply, tokens in zip(rows, replies, new, strict=True)
    ]


def _inputs(flamingo: _Flamingo, rows: list[_Row]) -> Any:
    """Tensors of a batch, padded on the left; control tokens in its texts are only text."""
    longest_s = max(0 if row.sound is None else len(row.sound) for row in rows) / SAMPLE_RATE_HZ
    if longest_s > (most_s := flamingo.processor.max_audio_len):
        raise BadRequestFault("too_long", f"{longest_s:.1f} s of {most_s} s that the model hears")
    inputs = flamingo.processor.apply_chat_template(
        [row.messages for row in rows],
        add_generation_prompt=True,
        tokenize=True,
        return_dict=True,
        sanitize_control_tokens=True,
        # Given for all, `padding` would reach the sound too.
        processor_kwargs={"text_kwargs": {"padding": True, "padding_side": "left"}},
    )
    n_tokens = inputs["input_ids"].shape[1] + max(row.max_output_tokens for row in rows)
    if n_tokens > (n_most := flamingo.model.config.text_config.max_position_embeddings):
        raise BadRequestFault("too_long", f"{n_tokens} tokens with the answer, of {n_most}")
    return inputs.to(flamingo.model.device, dtype=flamingo.model.dtype)


def _drawing(sampling: Sampling) -> dict[str, Any]:
    if not sampling.temperature:
        return {} if sampling.temperature is None else {"do_sample": False}
    nucleus = {} if sampling.top_p is None else {"top_p": sampling.top_p}
    return {"do_sample": True, "temperature": sampling.temperature, "top_k": 0, **nucleus}


def _reply(flamingo: _Flamingo, row: _Row, n_input: int, tokens: list[int]) -> Reply:
    """A row's answer: the token that ends it is counted, the padding behind it is not."""
    end = flamingo.model.generation_config.eos_token_id
    ends = end if isinstance(end, list) else [end]
    tokens = tokens[: row.max_output_tokens]
    n_until_end = next((i for i, token in enumerate(tokens, 1) if token in ends), None)
    tokens = tokens[:n_until_end]
    text = flamingo.processor.decode(tokens, skip_special_tokens=True)
    return Reply(text, "stop" if n_until_end else "length", flamingo.name, n_input, len(tokens))
