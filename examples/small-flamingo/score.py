"""What the sound is worth: accuracy of multiple choices with it, with another's, with silence.

    python score.py CHECKPOINT QUESTIONS SOUNDS OUTPUT.json

An option is chosen by its log-probability as the answer, whatever the model would rather say; with
`--thinking`, by that of a thought that comes to it, all in the same words.
"""

import argparse
import copy
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from questions import HEARINGS, KINDS, Question
from thoughts import THOUGHTS, thought
from torch import Tensor

from schemas.thinking import ask_for_thought
from training.config import ModelConfig
from training.model import load_model, load_processor

_BATCH = 64
_SAID_EACH = 25  # sounds


def main() -> None:
    """Score a checkpoint and write counts of right answers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    for name in ("checkpoint", "questions", "sounds", "output"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--batch", type=int, default=_BATCH)
    parser.add_argument("--most", type=int, default=None, help="of all questions, for a trial")
    parser.add_argument("--hearings", nargs="+", choices=HEARINGS, default=HEARINGS)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--thinking", action="store_true", help="ask for a thought")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default=None)
    arguments = parser.parse_args()
    if arguments.thinking and (others := set(arguments.kinds) - THOUGHTS.keys()):
        parser.error(
            f"no thoughts about {', '.join(sorted(others))}: give --kinds {' '.join(THOUGHTS)}"
        )
    questions = [each for each in read_test(arguments.questions) if each.kind in arguments.kinds]
    if arguments.most:
        questions = random.Random(0).sample(questions, min(arguments.most, len(questions)))
    device, dtype = ("cuda", "bfloat16") if torch.cuda.is_available() else ("cpu", "float32")
    dtype = arguments.dtype or dtype
    model = load_model(ModelConfig(path=str(arguments.checkpoint), dtype=dtype))
    model = model.to(device).eval()
    processor = load_processor(str(arguments.checkpoint))
    heard = [sound for each in arguments.hearings for sound in sounds_heard(questions, each)]
    asked = questions * len(arguments.hearings)
    right = score(
        model,
        processor,
        asked,
        heard,
        arguments.sounds,
        arguments.batch,
        is_thinking=arguments.thinking,
    )
    found = {}
    for index, hearing in enumerate(arguments.hearings):
        ours = right[index * len(questions) : (index + 1) * len(questions)]
        found[hearing] = counts(questions, ours)
        print(hearing, {kind: f"{n}/{of}" for kind, (n, of) in found[hearing].items()}, flush=True)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(found, indent=1), encoding="utf-8")


def read_test(path: Path) -> list[Question]:
    """The questions of `make_questions.py`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    items = [json.loads(line) for line in lines]
    return [Question(**{**item, "options": tuple(item["options"])}) for item in items]


def sounds_heard(questions: Sequence[Question], hearing: str) -> list[str | None]:
    """The file that is heard with each question; None for silence.

    Another piece's sound is that of one whose right answer, if it is asked for, is another.
    """
    if hearing == "own":
        return [each.sound for each in questions]
    if hearing == "silence":
        return [None] * len(questions)
    rng = random.Random(4)
    answers = {(each.sound, each.kind): each.answer for each in questions}
    files = sorted({each.sound for each in questions})
    return [
        rng.choice([f for f in files if answers.get((f, each.kind)) != each.answer])
        for each in questions
    ]


@torch.inference_mode()
def score(
    model: Any,
    processor: Any,
    questions: Sequence[Question],
    heard: Sequence[str | None],
    root: Path,
    batch_size: int = _BATCH,
    *,
    is_thinking: bool = False,
) -> list[bool]:
    """Whether the likeliest option is the right one, question by question.

    A sound is heard once, and all that is asked about it goes on from there.
    """
    of_sound: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(heard):
        of_sound[name or ""].append(index)
    right = [False] * len(questions)
    for number, (name, indices) in enumerate(of_sound.items()):
        if number % _SAID_EACH == 0:
            print(f"{number} of {len(of_sound)} sounds", file=sys.stderr, flush=True)
        features = _features(processor, name, root, model.device.type)
        cache, n_heard = _hear(model, processor, features)
        for start in range(0, len(indices), batch_size):
            some = indices[start : start + batch_size]
            asked = [questions[index] for index in some]
            chosen = _chosen(model, processor, asked, cache, n_heard, is_thinking=is_thinking)
            for index, question, option in zip(some, asked, chosen, strict=True):
                right[index] = question.options[option] == question.answer
    return right


def counts(questions: Sequence[Question], right: Sequence[bool]) -> dict[str, tuple[int, int]]:
    """Right answers and questions, by kind."""
    pairs = list(zip(questions, right, strict=True))
    found = {kind: [is_right for each, is_right in pairs if each.kind == kind] for kind in KINDS}
    return {kind: (sum(each), len(each)) for kind, each in found.items() if each}


def _features(processor: Any, name: str, root: Path, device: str) -> Tensor:
    """The spectrogram of a file; of no name, that of silence."""
    n_samples = round(processor.feature_extractor.chunk_length * 16000)
    sound = np.zeros(n_samples, np.float32)
    if name:
        read, _ = soundfile.read(root / name, dtype="float32")
        sound[: len(read)] = read[:n_samples]
    found: Tensor = processor.feature_extractor(
        sound, sampling_rate=16000, return_tensors="pt", device=device
    )["input_features"]
    return found


def _hear(model: Any, processor: Any, features: Tensor) -> tuple[dict[str, Any], int]:
    """The cache of a prompt up to the end of its sound, by its name, and its length in tokens."""
    heard, _ = _prompt_ids(processor, "", features.shape[-1])
    device, dtype = model.device, model.dtype
    out = model(
        input_ids=torch.tensor([heard], device=device),
        input_features=features.to(device, dtype),
        input_features_mask=torch.ones(1, features.shape[-1], dtype=torch.long, device=device),
        use_cache=True,
        logits_to_keep=1,
    )
    return _cache(out), len(heard)


def _chosen(
    model: Any,
    processor: Any,
    questions: Sequence[Question],
    cache: dict[str, Any],
    n_heard: int,
    *,
    is_thinking: bool = False,
) -> list[int]:
    """The index of the likeliest option of each question about a sound that was heard.

    The words of a question are read once; each option goes on from their cache.
    """
    tokenizer, device = processor.tokenizer, model.device
    cache = _repeated(copy.deepcopy(cache), len(questions))
    prompts = [_prompt(each, is_thinking=is_thinking) for each in questions]
    asked = [_prompt_ids(processor, each, 0)[1] for each in prompts]
    ids, is_asked = (each.to(device) for each in _padded(asked, tokenizer.pad_token_id))
    is_heard = torch.ones(len(ids), n_heard, dtype=torch.long, device=device)
    mask = torch.cat([is_heard, is_asked], 1)
    out = model(
        input_ids=ids,
        attention_mask=mask,
        position_ids=n_heard + torch.arange(ids.shape[1], device=device).expand_as(ids),
        use_cache=True,
        **cache,
    )
    last = is_asked.sum(1) - 1
    first = out.logits[torch.arange(len(ids), device=device), last][:, None]
    n_options = max(len(each.options) for each in questions)
    said = [
        tokenizer(_said(each, option, is_thinking=is_thinking) + tokenizer.eos_token)["input_ids"]
        for each in questions
        for option in _filled(each.options, n_options)
    ]
    answers, is_said = (each.to(device) for each in _padded(said, tokenizer.pad_token_id))
    cache = _repeated(_cache(out), n_options)
    lengths = mask.sum(1).repeat_interleave(n_options)
    steps = torch.arange(answers.shape[1] - 1, device=device)
    more = model(
        input_ids=answers[:, :-1],
        attention_mask=torch.cat([mask.repeat_interleave(n_options, 0), is_said[:, :-1]], 1),
        position_ids=lengths[:, None] + steps,
        use_cache=True,
        **cache,
    )
    logits = torch.cat([first.repeat_interleave(n_options, 0), more.logits], 1).float()
    logps = logits.log_softmax(-1).gather(-1, answers[..., None])[..., 0]
    total = (logps * is_said).sum(1).view(len(questions), n_options)
    return [int(row[: len(q.options)].argmax()) for row, q in zip(total, questions, strict=True)]


def _prompt(question: Question, *, is_thinking: bool) -> str:
    return ask_for_thought(question.prompt) if is_thinking else question.prompt


def _said(question: Question, option: str, *, is_thinking: bool) -> str:
    return thought(question.kind, option) if is_thinking else option


def _cache(out: Any) -> dict[str, Any]:
    name = "cache" if hasattr(out, "cache") else "past_key_values"  # before transformers 5.20
    return {name: getattr(out, name)}


def _repeated(cache: dict[str, Any], n: int) -> dict[str, Any]:
    for each in cache.values():
        each.batch_repeat_interleave(n)
    return cache


def _prompt_ids(processor: Any, prompt: str, n_frames: int) -> tuple[list[int], list[int]]:
    """Tokens of a question as the chat template asks it: to the end of the sound, and after."""
    said = [{"type": "audio", "audio": None}, {"type": "text", "text": prompt}]
    text = processor.tokenizer.apply_chat_template(
        [{"role": "user", "content": said}],
        tokenize=False,
        add_generation_prompt=True,
        chat_template=processor.chat_template,
    )
    before, after = text.split(processor.audio_token)
    sound = processor.audio_bos_token + processor.audio_token * (n_frames // 4)
    heard = processor.tokenizer(before + sound + processor.audio_eos_token)["input_ids"]
    return list(heard), list(processor.tokenizer(after)["input_ids"])


def _padded(rows: Sequence[Sequence[int]], pad: int) -> tuple[Tensor, Tensor]:
    """Rows of the same length, filled up on the right, and where they are."""
    length = max(map(len, rows))
    ids = torch.full((len(rows), length), pad)
    mask = torch.zeros(len(rows), length, dtype=torch.long)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = torch.tensor(row)
        mask[index, : len(row)] = 1
    return ids, mask


def _filled(options: Sequence[str], n: int) -> Iterator[str]:
    yield from options
    yield from [options[0]] * (n - len(options))


if __name__ == "__main__":
    main()
