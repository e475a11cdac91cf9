"""Evaluation on local copies of the paper's benchmarks: answers, scores, one table.

``python -m training.evaluate CONFIG``. Answers are kept as they come: run again, it goes on.
"""

import json
import logging
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from pydantic import Field
from tqdm import tqdm

from schemas.record import Record
from schemas.roles import RoleConfig
from schemas.thinking import ask_for_thought
from training.command import stage_command
from training.config import ModelConfig
from training.evaluation.items import Item
from training.evaluation.judge import judge_marks
from training.evaluation.loaders import LOADERS
from training.evaluation.scoring import is_right, word_error_rate
from training.evaluation.table import Result, results_table
from training.model import load_model, load_processor
from training.packing import Heard
from training.rows import Row
from training.samples import answers
from training.sound import UnusableRowError, decode, n_audio_tokens

_log = logging.getLogger(__name__)
_ASPECTS = {"songcaps": ("coverage", "correctness")}
_MARKS_OF_100 = {"music_instruct"}


class EvaluateConfig(Record):
    """Which model answers which benchmarks."""

    model: ModelConfig
    output: str = Field(description="Folder of the answers and the table.")
    benchmarks: dict[str, str] = Field(
        min_length=1, description=f"Folder of each local copy: {', '.join(LOADERS)}."
    )
    judge: RoleConfig | None = Field(default=None, description="Marks captions and open answers.")
    is_thinking: bool = Field(
        default=False, description="Ask for thoughts, as after the cold start."
    )
    batch_size: int = Field(default=8, ge=1, description="Items answered at once.")
    answer_tokens: int = Field(default=2048, ge=1, description="Longest answer.")
    max_items: int | None = Field(default=None, ge=1, description="Of each benchmark, for a trial.")


def evaluate(config: EvaluateConfig) -> dict[str, Result]:
    """Answer and score the benchmarks, and write ``results.json`` and ``results.md``.

    Parameters
    ----------
    config : EvaluateConfig

    Returns
    -------
    dict of str to Result

    Raises
    ------
    ValueError
        If a benchmark is not known, or needs a judge and there is none.
    FileNotFoundError
        If a copy is incomplete.
    """
    items = {name: _items(name, config) for name in config.benchmarks}
    if config.judge is None:
        judged = [name for name, each in items.items() if each and each[0].scoring == "judge"]
        if judged:
            raise ValueError(f"{', '.join(judged)}: give a `judge` that marks the answers")
    output = Path(config.output)
    output.mkdir(parents=True, exist_ok=True)
    model, processor = load_model(config.model), load_processor(config.model.path)
    model = model.to("cuda" if torch.cuda.is_available() else "cpu").eval()
    results: dict[str, Result] = {}
    for name, asked in items.items():
        said = _said(name, asked, model, processor, config)
        results |= _scores(name, asked, said, config)
    _write(output, config.model.path, results)
    return results


def _items(name: str, config: EvaluateConfig) -> list[Item]:
    if name not in LOADERS:
        raise ValueError(f"{name!r} is no benchmark; there are {', '.join(LOADERS)}")
    return list(islice(LOADERS[name](Path(config.benchmarks[name])), config.max_items))


def _said(
    name: str, items: list[Item], model: Any, processor: Any, config: EvaluateConfig
) -> dict[str, str]:
    """The answers by item, those of an earlier run among them; what cannot be heard has none."""
    path = Path(config.output) / f"{name}.jsonl"
    said: dict[str, str] = {}
    if path.exists():
        kept = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        said = {line["item_id"]: line["said"] for line in kept}
    open_items = [item for item in items if item.item_id not in said]
    progress = tqdm(total=len(open_items), desc=name, unit="item")
    with path.open("a", encoding="utf-8") as file:
        for batch in _batches(open_items, Path(config.benchmarks[name]), config):
            rows = [heard for _, heard in batch]
            texts = answers(model, processor, rows, config.answer_tokens)
            for (item, _), text in zip(batch, texts, strict=True):
                said[item.item_id] = text
                line = {"item_id": item.item_id, "expected": item.expected, "said": text}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            progress.update(len(batch))
    progress.close()
    return said


def _batches(
    items: list[Item], folder: Path, config: EvaluateConfig
) -> Iterator[list[tuple[Item, Heard]]]:
    heard = (pair for item in items if (pair := _heard(item, folder, config)))
    while batch := list(islice(heard, config.batch_size)):
        yield batch


def _heard(item: Item, folder: Path, config: EvaluateConfig) -> tuple[Item, Heard] | None:
    audio = {"path": item.audio, "bytes": None}
    try:
        sound = decode(audio, str(folder), item.start_s, item.end_s)
    except UnusableRowError as error:
        _log.warning("%s skipped: %s", item.item_id, error)
        return None
    prompt = ask_for_thought(item.prompt) if config.is_thinking else item.prompt
    row = Row(item.item_id, [{"role": "user", "content": prompt}], audio, str(folder), None)
    return item, Heard(row, sound, n_audio_tokens(len(sound)))


def _scores(
    name: str, items: list[Item], said: dict[str, str], config: EvaluateConfig
) -> dict[str, Result]:
    answered = [item for item in items if item.item_id in said]
    n_skipped = len(items) - len(answered)
    if not answered:
        return {}
    texts = [said[item.item_id] for item in answered]
    pairs = list(zip(answered, texts, strict=True))
    if answered[0].scoring == "judge":
        assert config.judge is not None
        triples = [(item.prompt, item.expected, text) for item, text in pairs]
        found = {}
        for aspect in _ASPECTS.get(name, ("overall",)):
            marks = judge_marks(config.judge, aspect, triples)
            mark = sum(marks) / len(marks) * (10 if name in _MARKS_OF_100 else 1)
            key = name if aspect == "overall" else f"{name}_{aspect}"
            found[key] = Result(mark, len(answered), n_skipped)
        return found
    if answered[0].scoring == "wer":
        value = word_error_rate([item.expected for item in answered], texts)
    else:
        value = 100 * sum(is_right(item, text) for item, text in pairs) / len(pairs)
    return {name: Result(value, len(answered), n_skipped)}


def _write(output: Path, model: str, results: dict[str, Result]) -> None:
    values = {name: vars(result) for name, result in results.items()}
    (output / "results.json").write_text(json.dumps(values, indent=1), encoding="utf-8")
    table = results_table(Path(model).name, results)
    (output / "results.md").write_text(table, encoding="utf-8")
    print(table)


if __name__ == "__main__":
    stage_command("training.evaluate", EvaluateConfig, evaluate)
