"""Evaluation on local copies of the paper's benchmarks: answers, scores, one table.

``partimento train evaluate CONFIG``, or with `torchrun` on several devices: each answers its
share. Answers are kept as they come, under a name of the model's weights and of how it was asked:
run again, it goes on; another model in the same folder becomes another column.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from tqdm import tqdm

from schemas.audio_tokens import audio_tokens
from schemas.digest import digest
from schemas.record import Record
from schemas.roles import RoleConfig
from schemas.thinking import ask_for_thought
from training.command import stage_command
from training.config import ModelConfig, ParallelConfig
from training.evaluation.endpoint import endpoint_answers
from training.evaluation.identity import answers_name
from training.evaluation.items import Item
from training.evaluation.judge import judge_marks
from training.evaluation.kept import KeptLines
from training.evaluation.loaders import LOADERS
from training.evaluation.scoring import final_answer, is_cut, is_right, word_error_rate
from training.evaluation.table import Result, results_table
from training.model import load_model, load_processor
from training.packing import DecodedRow
from training.parallel import Devices, devices
from training.row import Row, Sound
from training.samples import answers
from training.sound import UnusableRowError, decode

_log = logging.getLogger(__name__)
_ASPECTS = {"songcaps": ("coverage", "correctness")}
_MARKS_OF_100 = {"music_instruct"}
# Sounds are decoded so many batches ahead, and batched by length among them.
_BATCHES_AHEAD = 8


class EvaluateConfig(Record):
    """Which model answers which benchmarks."""

    model: ModelConfig | None = Field(default=None, description="The model, from its folder.")
    endpoint: RoleConfig | None = Field(
        default=None, description="Or an OpenAI-compatible endpoint that serves it."
    )
    output: str = Field(description="Folder of the answers and the table, for several models.")
    benchmarks: dict[str, str] = Field(
        min_length=1, description=f"Folder of each local copy: {', '.join(LOADERS)}."
    )
    judge: RoleConfig | None = Field(default=None, description="Marks captions and open answers.")
    is_thinking: bool = Field(
        default=False, description="Ask for thoughts, as after the cold start."
    )
    batch_size: int = Field(default=8, ge=1, description="Items answered at once by a device.")
    answer_tokens: int = Field(default=2048, ge=1, description="Longest answer.")
    max_items: int | None = Field(default=None, ge=1, description="Of each benchmark, for a trial.")

    @model_validator(mode="after")
    def _one_model(self) -> Self:
        if (self.model is None) == (self.endpoint is None):
            raise ValueError("give either `model` or `endpoint`")
        return self


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
    asked = config.model_dump(include={"is_thinking", "answer_tokens"})
    name = answers_name(config.model, config.endpoint, asked)
    folder = Path(config.output) / name
    folder.mkdir(parents=True, exist_ok=True)
    with devices(ParallelConfig()) as here:
        kept = _answer(items, folder, config, here)
        here.wait()
        if not here.is_first:
            return {}
        results: dict[str, Result] = {}
        for benchmark, each in items.items():
            kept[benchmark].read()
            results |= _scores(benchmark, each, kept[benchmark].values, folder, config)
    _write(folder, results)
    return results


def _items(name: str, config: EvaluateConfig) -> list[Item]:
    if name not in LOADERS:
        raise ValueError(f"{name!r} is no benchmark; there are {', '.join(LOADERS)}")
    return list(islice(LOADERS[name](Path(config.benchmarks[name])), config.max_items))


def _answer(
    items: dict[str, list[Item]], folder: Path, config: EvaluateConfig, here: Devices
) -> dict[str, KeptLines]:
    """Answer this device's share of what no run has answered yet."""
    kept = {name: KeptLines(folder / f"{name}.jsonl", here.rank) for name in items}
    here.wait()  # all have read before any writes: else shares would differ
    model_answers = _Model(config, here)
    for name, asked in items.items():
        left = [item for item in asked if _key(item) not in kept[name].values]
        share = left[here.rank :: here.n_ranks]
        with tqdm(total=len(share), desc=name, unit="item", disable=not here.is_first) as progress:
            for batch in _batches(share, Path(config.benchmarks[name]), config):
                texts = model_answers([heard for _, heard in batch])
                for (item, _), text in zip(batch, texts, strict=True):
                    kept[name].add(_key(item), text)
                progress.update(len(batch))
    return kept


def _key(item: Item) -> str:
    """An item as it was asked: in another copy of a benchmark its words may be others."""
    asked = [item.prompt, item.audio, item.start_s, item.end_s]
    return f"{item.item_id} {digest(asked)[:8]}"


class _Model:
    """Whoever answers: a model of this process, loaded when it is first asked, or an endpoint."""

    def __init__(self, config: EvaluateConfig, here: Devices) -> None:
        self._config = config
        self._here = here
        self._loaded: tuple[object, object] | None = None

    def __call__(self, rows: list[DecodedRow]) -> list[str]:
        if self._config.endpoint is not None:
            return list(endpoint_answers(self._config.endpoint, rows, self._config.answer_tokens))
        assert self._config.model is not None
        if self._loaded is None:
            config = self._config.model
            if self._here.device.type == "cuda":
                config = config.model_copy(update={"dtype": "bfloat16"})
            model = load_model(config).to(self._here.device).eval()
            self._loaded = model, load_processor(config.path)
        return answers(*self._loaded, rows, self._config.answer_tokens)


def _batches(
    items: list[Item], folder: Path, config: EvaluateConfig
) -> Iterator[list[tuple[Item, DecodedRow]]]:
    """Items with their sounds, those of like length together."""
    heard = (pair for item in items if (pair := _heard(item, folder, config)))
    while some := list(islice(heard, _BATCHES_AHEAD * config.batch_size)):
        some.sort(key=lambda pair: pair[1].n_tokens, reverse=True)
        for start in range(0, len(some), config.batch_size):
            yield some[start : start + config.batch_size]


def _heard(item: Item, folder: Path, config: EvaluateConfig) -> tuple[Item, DecodedRow] | None:
    audio = {"path": item.audio, "bytes": None}
    try:
        sound = decode(audio, str(folder), item.start_s, item.end_s)
    except UnusableRowError as error:
        _log.warning("%s skipped: %s", item.item_id, error)
        return None
    prompt = ask_for_thought(item.prompt) if config.is_thinking else item.prompt
    asked = [{"role": "user", "content": prompt}]
    row = Row(item.item_id, asked, (Sound(audio),), str(folder))
    return item, DecodedRow(row, (sound,), audio_tokens(len(sound)))


def _scores(
    name: str, items: list[Item], said: dict[str, str], folder: Path, config: EvaluateConfig
) -> dict[str, Result]:
    pairs = [(item, said[key]) for item in items if (key := _key(item)) in said]
    if not pairs:
        return {}
    counts = (len(pairs), len(items) - len(pairs), sum(is_cut(text) for _, text in pairs))
    scoring = pairs[0][0].scoring
    if scoring == "judge":
        assert config.judge is not None
        marks = KeptLines(folder / f"{name}-marks.jsonl")
        triples = [(item.prompt, item.expected, final_answer(text)) for item, text in pairs]
        found = {}
        for aspect in _ASPECTS.get(name, ("overall",)):
            given = judge_marks(config.judge, aspect, triples, marks)
            mark = sum(given) / len(given) * (10 if name in _MARKS_OF_100 else 1)
            found[name if aspect == "overall" else f"{name}_{aspect}"] = Result(mark, *counts)
        return found
    if scoring == "wer":
        value = word_error_rate([item.expected for item, _ in pairs], [text for _, text in pairs])
    else:
        value = 100 * sum(is_right(item, text) for item, text in pairs) / len(pairs)
    return {name: Result(value, *counts)}


def _write(folder: Path, results: dict[str, Result]) -> None:
    """Write a model's results, and the table of all models whose results stand in the folder."""
    values = {name: asdict(result) for name, result in results.items()}
    (folder / "results.json").write_text(json.dumps(values, indent=1), encoding="utf-8")
    models = {
        path.parent.name: {
            name: Result(**value) for name, value in json.loads(path.read_text("utf-8")).items()
        }
        for path in sorted(folder.parent.glob("*/results.json"))
    }
    table = results_table(models)
    (folder.parent / "results.md").write_text(table, encoding="utf-8")
    print(table)


def main(arguments: Sequence[str] | None = None) -> None:
    """Answer and score what a config says.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the command line.
    """
    stage_command("evaluate", EvaluateConfig, evaluate, arguments)


if __name__ == "__main__":
    main()
