"""What the model makes of rows that it does not learn from: their loss, and its own answers."""

from pathlib import Path
from typing import Any

from training import json_lines
from training.collate import prepare
from training.config import SftConfig
from training.loop import mean_loss, packs_of
from training.packing import DecodedRow, open_lanes
from training.parallel import Devices
from training.rows import epoch_rows, has_split
from training.samples import answers


class Validation:
    """A fixed choice of rows of the validation split, heard every so many steps.

    Without such a split there is no loss, and rows of the training split are answered.

    Parameters
    ----------
    config : SftConfig
    processor : MusicFlamingoProcessor
    here : Devices
    """

    def __init__(self, config: SftConfig, processor: Any, here: Devices) -> None:
        self._config = config
        self._processor = processor
        self._here = here
        held_out = tuple(each for each in config.sources if has_split(each, "validation"))
        self._packs = []
        if held_out and config.validation_rows:
            n_rows = min(config.validation_rows, round(epoch_rows(held_out, "validation")))
            own = range(here.rank, max(n_rows, here.n_ranks), here.n_ranks)
            heard = _first_rows(config, held_out, own, max(n_rows, here.n_ranks), "validation")
            self._packs = packs_of([prepare(processor, each) for each in heard], config, here)
        split, sources = ("validation", held_out) if held_out else ("train", config.sources)
        lanes = range(min(config.sample_rows, config.global_batch_rows))
        self._asked = _first_rows(config, sources, lanes, config.global_batch_rows, split)

    def report(self, model: Any, step: int) -> dict[str, float]:
        """The loss, if there is a split for it; the answers go to ``samples.jsonl``."""
        if self._asked:
            said = answers(
                model,
                self._processor,
                self._asked,
                self._config.sample_tokens,
                is_split=self._here.n_ranks > 1,
            )
            if self._here.is_first:
                self._write(step, said)
        if not self._packs:
            return {}
        return {"validation_loss": mean_loss(model, self._packs, self._here)}

    def _write(self, step: int, said: list[str]) -> None:
        path = Path(self._config.output) / "samples.jsonl"
        for heard, text in zip(self._asked, said, strict=True):
            prompt, expected = (message["content"] for message in heard.row.messages[:2])
            line = {"step": step, "row_id": heard.row.row_id, "prompt": prompt}
            json_lines.append(path, line | {"expected": expected, "said": text})


def _first_rows(
    config: SftConfig, sources: Any, lanes: range, n_lanes: int, split: str
) -> list[DecodedRow]:
    if not lanes:
        return []
    opened = open_lanes(config.model_copy(update={"sources": sources}), lanes, n_lanes, split)
    return [next(lane.rows(0)) for lane in opened]
