"""What answers are worth, and the Parquet files that keep every one of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from training.config import GrpoConfig
from training.questions import Question
from training.rewards import accuracy_reward, format_reward, structure_reward

_SCHEMA = pa.schema(
    [
        ("step", pa.int64()),
        ("row_id", pa.string()),
        ("prompt", pa.string()),
        ("completion", pa.string()),
        ("n_tokens", pa.int64()),
        ("has_ended", pa.bool_()),
        ("format_reward", pa.float64()),
        ("accuracy_reward", pa.float64()),
        ("structure_reward", pa.float64()),
        ("reward", pa.float64()),
    ]
)
REWARDS = ("format_reward", "accuracy_reward", "structure_reward")


@dataclass(frozen=True)
class Completion:
    """An answer and its rewards; one that does not apply to the question is None."""

    step: int
    row_id: str
    prompt: str
    completion: str
    n_tokens: int
    has_ended: bool
    format_reward: float | None
    accuracy_reward: float | None
    structure_reward: float | None
    reward: float


def scored(
    config: GrpoConfig,
    question: Question,
    texts: Sequence[str],
    lengths: Sequence[int],
    ended: Sequence[bool],
    step: int,
) -> list[Completion]:
    """The answers to a question with their rewards: the sum of those that apply, weighted."""
    said = [[{"role": "assistant", "content": text}] for text in texts]
    gold = {name: [value] * len(texts) for name, value in question.gold.items()}
    weights = (config.format_weight, config.accuracy_weight, config.structure_weight)
    found = [reward(said, **gold) for reward in (format_reward, accuracy_reward, structure_reward)]
    return [
        Completion(
            step=step,
            row_id=question.row_id,
            prompt=question.prompt,
            completion=text,
            n_tokens=n_tokens,
            has_ended=has_ended,
            format_reward=form,
            accuracy_reward=accuracy,
            structure_reward=structure,
            reward=sum(
                weight * value
                for weight, value in zip(weights, (form, accuracy, structure), strict=True)
                if value is not None
            ),
        )
        for text, n_tokens, has_ended, form, accuracy, structure in zip(
            texts, lengths, ended, *found, strict=True
        )
    ]


def write_completions(folder: Path, step: int, completions: Sequence[Completion]) -> None:
    """Write the answers of a step, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"step-{step:06d}.parquet"
    draft = path.with_suffix(".tmp")
    table = pa.Table.from_pylist([asdict(each) for each in completions], schema=_SCHEMA)
    pq.write_table(table, draft)
    draft.rename(path)


def means(completions: Sequence[Completion]) -> dict[str, Any]:
    """Means over answers for the log; of a reward over those that it applies to, if any."""
    n_answers = len(completions)
    found: dict[str, Any] = {
        "reward": sum(each.reward for each in completions) / n_answers,
        "answer_tokens": sum(each.n_tokens for each in completions) / n_answers,
        "ended": sum(each.has_ended for each in completions) / n_answers,
    }
    for name in REWARDS:
        values = [getattr(each, name) for each in completions]
        if kept := [value for value in values if value is not None]:
            found[name] = sum(kept) / len(kept)
    return found
