"""The rows of each step, prepared by workers while the device computes."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from training.collate import cached_processor
from training.command import UnusableError
from training.config import StageConfig
from training.packing import DecodedRow, open_lanes
from training.parallel import Devices

Prepare = Callable[[Any, DecodedRow], Any]


class StepLoader:
    """A device's rows of one step after the other, without end.

    Parameters
    ----------
    config : StageConfig
    here : Devices
    prepare : callable
        What a worker makes of a row with the model's processor: `collate.prepare` or
        `questions.ask`; it is pickled.
    positions : sequence of int, optional
        Of all lanes, where an earlier run was: `positions` of its checkpoint.

    Raises
    ------
    UnusableError
        If there are more devices than rows in a step.
    """

    def __init__(
        self,
        config: StageConfig,
        here: Devices,
        prepare: Prepare,
        positions: Sequence[int] | None = None,
    ) -> None:
        n_lanes = config.global_batch_rows
        lanes = range(here.rank, n_lanes, here.n_ranks)
        if here.n_ranks > n_lanes:
            raise UnusableError(
                f"global_batch_rows: {n_lanes} rows a step are too few for {here.n_ranks} devices"
            )
        self._positions = dict.fromkeys(lanes, 0)
        if positions is not None:
            self._positions = {lane: positions[lane] for lane in lanes}
        self._n_workers = min(config.workers, len(lanes))
        self._loader = DataLoader(
            _LaneRows(config, self._positions, prepare),
            batch_size=None,
            num_workers=self._n_workers,
            multiprocessing_context=_workers_context() if self._n_workers else None,
            pin_memory=here.device.type == "cuda",
        )

    def __iter__(self) -> Iterator[list[Any]]:
        """The rows of each step, in the order of their lanes, whichever worker prepared them."""
        parts = iter(self._loader)
        while True:
            rows = [row for _ in range(max(1, self._n_workers)) for row in next(parts)]
            rows.sort(key=lambda each: each[0])
            self._positions = {lane: position for lane, position, _ in rows}
            yield [prepared for _, _, prepared in rows]

    def positions(self, here: Devices) -> list[int]:
        """Where all lanes of all devices are, for a checkpoint after this step."""
        found: dict[int, int] = {}
        for positions in here.gather(self._positions):
            found |= positions
        return [found[lane] for lane in sorted(found)]


def _workers_context() -> Any:
    """How workers start: from a process that imported once what they need.

    A fork of this process would copy the threads of its process group, and wait for them for ever.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "training.collate"])
    return context


class _LaneRows(IterableDataset):
    """For each step: the rows of a worker's lanes, with lane and position."""

    def __init__(self, config: StageConfig, positions: dict[int, int], prepare: Prepare) -> None:
        self._config = config
        self._positions = positions
        self._prepare = prepare

    def __iter__(self) -> Iterator[list[tuple[int, int, Any]]]:
        worker = get_worker_info()
        first, n_workers = (worker.id, worker.num_workers) if worker else (0, 1)
        lanes = sorted(self._positions)[first::n_workers]
        opened = open_lanes(self._config, lanes, self._config.global_batch_rows)
        streams = [
            lane.rows(self._positions[number]) for number, lane in zip(lanes, opened, strict=True)
        ]
        processor = cached_processor(self._config.model.path)
        while True:
            heard = [next(stream) for stream in streams]
            yield [
                (lane, each.position, self._prepare(processor, each))
                for lane, each in zip(lanes, heard, strict=True)
            ]
