"""Write the requests of a stage to batch files, and hand them over."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.corpus.models import open_answer_cache
from pipeline.corpus.pending_requests import asking_stage, pending_requests
from pipeline.engine.shards import now
from pipeline.engine.stage import ModelRequest
from schemas.config import ConfigError, CorpusConfig
from schemas.digest import digest
from schemas.ledger import BatchJob
from schemas.roles import RoleConfig
from schemas.usage import Usage
from tools.chat.answer_cache import AnswerCache
from tools.chat.batch import BatchApi, batch_line, write_files
from tools.chat.engine import AttemptOptions, SoundForm
from tools.chat.output_limit import first_limit
from tools.chat.probe import known_dialect
from tools.chat.request import BudgetReachedError, Clip
from tools.chat.sound import SoundPart, sound_form, sound_part
from tools.chat.tokens import TokenEstimate
from tools.process_pool import Failure, ProcessPool
from tools.remote.audio import AudioRoot

_GROUP = 64


@dataclass(frozen=True)
class BatchFile:
    """A file of requests.

    Attributes
    ----------
    path : Path
    keys : list of str
        Of its requests.
    most_usd, most_tokens : float, int
        What its answers may cost at most.
    """

    path: Path
    keys: list[str]
    most_usd: float
    most_tokens: int


class BatchWriter:
    """Writes the requests of a stage that are neither answered nor in a batch under way.

    Parameters
    ----------
    config : CorpusConfig
    root : AudioRoot
    stage : str
    clip_workers : ProcessPool
        Where clips are decoded.

    Attributes
    ----------
    refused : Counter
        Requests whose clip cannot be sent, by reason. The build rejects them.
    """

    def __init__(
        self, config: CorpusConfig, root: AudioRoot, stage: str, clip_workers: ProcessPool
    ) -> None:
        self.role = batch_role(config, stage)
        self.stage = stage
        self.refused: Counter[str] = Counter()
        self._config, self._root, self._clip_workers = config, root, clip_workers
        self._estimate = TokenEstimate(self.role)
        self._sent: list[tuple[str, Usage]] = []

    def write(self, folder: Path, cache: AnswerCache) -> Iterator[BatchFile]:
        """Write files to a folder, and give each when it is full.

        Raises
        ------
        FileExistsError
            If a file is there already.
        """
        for path in write_files(self._lines(cache), folder, self.stage):
            with path.open("rb") as lines:
                n_lines = sum(1 for _ in lines)
            sent, self._sent = self._sent[:n_lines], self._sent[n_lines:]
            most = sum((usage for _, usage in sent), Usage())
            yield BatchFile(
                path,
                keys=[key for key, _ in sent],
                most_usd=most.cost_usd * self.role.batch_price_factor,
                most_tokens=most.input_tokens + most.output_tokens,
            )

    def _lines(self, cache: AnswerCache) -> Iterator[str]:
        seen: set[str] = set()
        dialect = known_dialect(cache, self.role)
        form = sound_form(self.role, dialect)
        found = pending_requests(self._config, self._root, self.stage)
        for group in _in_groups(found, _GROUP):
            new = [
                (key, request)
                for key, request in group
                if not (key in seen or cache.find(key) or cache.is_under_way(key))
            ]
            seen.update(key for key, _ in new)
            for (key, request), found_of_clips in zip(new, self._sounds(new, form), strict=True):
                sounds = [each for each in found_of_clips if not isinstance(each, Failure)]
                failed = [each for each in found_of_clips if isinstance(each, Failure)]
                if failed:
                    self.refused[failed[0].reason] += 1
                    continue
                limit = first_limit(request.chat, self.role, thinks=dialect.thinks)
                options = AttemptOptions(dialect, limit)
                self._sent.append((key, self._estimate.most(request.chat, options)))
                yield batch_line(key, request.chat, self.role, options, sounds)

    def _sounds(
        self, group: list[tuple[str, ModelRequest[Any]]], form: SoundForm
    ) -> list[list[SoundPart | Failure]]:
        """Of each request: its clips, as they are sent."""
        clips = [request.chat.clips for _, request in group]
        limit_s = self._config.execution.time_limit_s
        encode = partial(sound_part, form=form)
        wanted = dict.fromkeys(clip for each in clips for clip in each)
        encoded: dict[Clip, SoundPart | Failure] = dict(
            self._clip_workers.map(encode, wanted, time_limit_s=limit_s)
        )
        return [[encoded[clip] for clip in each] for each in clips]


def submit(writer: BatchWriter, api: BatchApi, folder: Path, config: CorpusConfig) -> list[str]:
    """Write a stage's requests and hand them to the Batch API.

    Parameters
    ----------
    writer : BatchWriter
    api : BatchApi
    folder : Path
        For the files.
    config : CorpusConfig

    Returns
    -------
    list of str
        Ids of the batches.

    Raises
    ------
    BudgetReachedError
        If a batch may cost more than is left; those before it were handed over.
    EndpointError
        If the API cannot be used. `collect_jobs` finds out whether the last batch exists.
    """
    cache = open_answer_cache(config)
    cache.claim()
    ids = []
    for file in writer.write(folder, cache):
        _check_budget(config, cache, file)
        at = now()
        job = BatchJob(
            job=digest([at, file.keys])[:32],
            batch_id=None,
            stage=writer.stage,
            submitted_at=at,
            most_usd=file.most_usd,
            most_tokens=file.most_tokens,
            n_requests=len(file.keys),
        )
        cache.add_job(job, file.keys)
        ids.append(api.submit(file.path, job.job))
        cache.set_batch_id(job.job, ids[-1])
        file.path.unlink()
    cache.close()
    return ids


def batch_role(config: CorpusConfig, stage: str) -> RoleConfig:
    """The role that a stage asks, if it can be asked in batches.

    Raises
    ------
    ConfigError
        If the stage asks no model, or another role in its place, or its role is no endpoint.
    """
    _, asks = asking_stage(stage)
    if not asks.n_per_track(config, asks.role):
        raise ConfigError(f"{stage} asks `{', '.join(asks.also)}` here, and that directly")
    role: RoleConfig = getattr(config.roles, asks.role)
    if role.engine != "openai":
        raise ConfigError(f"roles.{asks.role}: batches need the engine `openai`, not {role.engine}")
    return role


def _check_budget(config: CorpusConfig, cache: AnswerCache, file: BatchFile) -> None:
    spent, execution = cache.pledged(), config.execution
    if execution.budget_usd is not None and spent.usd + file.most_usd > execution.budget_usd:
        raise BudgetReachedError(
            f"budget_usd {execution.budget_usd:g}: {spent.usd:.4f} spent or pledged to batches, "
            f"the next may cost {file.most_usd:.4f}"
        )
    most_tokens = spent.tokens + file.most_tokens
    if execution.budget_tokens is not None and most_tokens > execution.budget_tokens:
        raise BudgetReachedError(
            f"budget_tokens {execution.budget_tokens}: {spent.tokens} used or pledged to batches, "
            f"the next may take {file.most_tokens}"
        )


def _in_groups(
    pairs: Iterable[tuple[str, ModelRequest[Any]]], size: int
) -> Iterator[list[tuple[str, ModelRequest[Any]]]]:
    group: list[tuple[str, ModelRequest[Any]]] = []
    for pair in pairs:
        group.append(pair)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group
