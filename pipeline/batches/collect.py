"""Take up the results of batches: judge every line, and keep the answers that are of use."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from pipeline.batches.write import batch_role
from pipeline.corpus.models import open_answer_cache
from pipeline.corpus.pending_requests import asking_stage, pending_requests
from pipeline.engine.stage import ModelRequest
from schemas.config import ConfigError, CorpusConfig
from schemas.digest import digest
from schemas.ledger import BatchJob, BoughtAnswer, LedgerLine
from schemas.roles import RoleConfig
from schemas.usage import Usage
from tools.chat.answer_cache import AnswerCache
from tools.chat.batch import BatchApi, read_line
from tools.chat.engine import AttemptOptions
from tools.chat.faults import Fault, UnusableFault
from tools.chat.reading import answer_text, read_answer
from tools.chat.request import EndpointError, Reply
from tools.chat.tokens import TokenEstimate
from tools.remote.audio import AudioRoot

_MOST_NAMED = 3


class Collected(NamedTuple):
    """What came of a batch's output."""

    outcomes: Counter[str]
    """Lines by outcome: ``answered``, ``known_before``, ``not_asked`` (the config asks another
    request now), ``odd_line``, or what was wrong. The build asks those again."""
    odd: list[str]
    """Where lines stand that are none of a batch's output, and how they begin."""


def collect_jobs(
    config: CorpusConfig, root: AudioRoot, api_for: Callable[[str], BatchApi]
) -> list[tuple[BatchJob, str, Counter[str]]]:
    """Take up the results of batches that have ended.

    Parameters
    ----------
    config : CorpusConfig
    root : AudioRoot
    api_for : callable
        The Batch API of a stage's role.

    Returns
    -------
    list of (BatchJob, str, Counter)
        Every batch under way, its status, and what came of its requests, by outcome.
    """
    cache = open_answer_cache(config)
    found = []
    for job in cache.jobs():
        outcomes: Counter[str] = Counter()
        try:
            status = _collect_job(config, root, cache, job, api_for(job.stage), outcomes)
        except (EndpointError, ValueError) as error:  # of one batch; others may be well
            status = str(error)
        found.append((job, status, outcomes))
    return found


def _collect_job(
    config: CorpusConfig,
    root: AudioRoot,
    cache: AnswerCache,
    job: BatchJob,
    api: BatchApi,
    outcomes: Counter[str],
) -> str:
    """Take up the results of a batch; give its status, in words."""
    batch_id = job.batch_id or api.find(job.job)
    if batch_id is None:
        cache.end_job(job.job)
        return "never handed over"
    state = api.state(batch_id)
    if state.status == "gone":
        return f"gone: the endpoint knows no such batch; `partimento batch forget {job.job}`"
    if state.has_ended:
        lines = (line for file in state.files for line in api.lines(file))
        found = collect_lines(config, root, job.stage, lines)
        outcomes.update(found.outcomes)
        if not outcomes["not_asked"]:  # else another role or prompt: the answers are not lost
            cache.end_job(job.job)
        if found.odd:
            return "; ".join([state.status, *found.odd])
    return f"{state.status}: {state.problem}" if state.problem else state.status


def forget_job(config: CorpusConfig, name: str) -> BatchJob:
    """Give a batch up: its requests may be asked again, and paid again.

    Parameters
    ----------
    config : CorpusConfig
    name : str
        The start of our own name for it, or the API's id.

    Raises
    ------
    ConfigError
        If no batch, or more than one, is under way by this name.
    """
    cache = open_answer_cache(config)
    known = cache.jobs()
    found = [job for job in known if job.job.startswith(name) or job.batch_id == name]
    if len(found) != 1:
        names = ", ".join(job.batch_id or job.job for job in known) or "none"
        raise ConfigError(f"{name!r}: {len(found)} batches match; under way: {names}")
    cache.end_job(found[0].job)
    return found[0]


def collect_lines(
    config: CorpusConfig, root: AudioRoot, stage: str, lines: Iterable[str]
) -> Collected:
    """Judge the output of a batch, and keep the answers that are of use.

    Parameters
    ----------
    config : CorpusConfig
    root : AudioRoot
    stage : str
    lines : iterable of str

    Returns
    -------
    Collected

    Raises
    ------
    ValueError
        If no line is one of a batch's output.
    """
    role = batch_role(config, stage)
    cache = open_answer_cache(config)
    found, odd = _read_lines(lines, role.model or "")
    if odd and not found:
        raise ValueError(odd[0])
    outcomes = Counter({"odd_line": len(odd)} if odd else {})
    for key, request in pending_requests(config, root, stage):
        if key not in found:
            continue
        line_digest, outcome = found.pop(key)
        if cache.find(key):
            outcomes["known_before"] += 1
            continue
        name, charge, answer = _judge(config, stage, request, outcome)
        outcomes[name] += 1
        if answer is not None:
            text, model, usage = answer
            cache.keep(BoughtAnswer(key=key, text=text, model=model, usage=usage), charge)
        elif cache.is_new_line(line_digest):  # a file that is collected twice is paid once
            cache.charge(charge)
    return Collected(outcomes + Counter(not_asked=len(found)), odd[:_MOST_NAMED])


def _read_lines(
    lines: Iterable[str], model: str
) -> tuple[dict[str, tuple[str, Reply | Fault]], list[str]]:
    """The lines' digests and outcomes by request, and what is wrong with odd lines."""
    found, odd = {}, []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                key, outcome = read_line(line, model)
            except ValueError as error:
                odd.append(f"line {number}: {error}")
            else:
                found[key] = (digest(line.strip()), outcome)
    return found, odd


def _judge(
    config: CorpusConfig, stage: str, request: ModelRequest[Any], outcome: Reply | Fault
) -> tuple[str, LedgerLine, tuple[str, str, Usage] | None]:
    """What came of a request, its cost, and of a good answer what the cache keeps."""
    _, asks = asking_stage(stage)
    role: RoleConfig = getattr(config.roles, asks.role)
    line = LedgerLine(
        stage=stage, role=asks.role, model=role.model or "", outcome="", n_attempts=1,
        input_tokens=0, output_tokens=0, cost_usd=0.0,
    )  # fmt: skip
    if isinstance(outcome, Fault):
        return outcome.reason, line.model_copy(update={"outcome": outcome.reason}), None
    options = AttemptOptions(role.first_dialect, role.sampling.max_output_tokens)
    full = TokenEstimate(role).count(request.chat, options, outcome)
    cost = full.model_copy(update={"cost_usd": full.cost_usd * role.batch_price_factor})
    paid = cost.model_dump(exclude={"n_attempts", "is_estimated"})
    try:
        value = read_answer(outcome, request.chat)
    except UnusableFault as fault:
        return fault.reason, line.model_copy(update={**paid, "outcome": fault.reason}), None
    charge = line.model_copy(update={**paid, "outcome": "answered"})
    return "answered", charge, (answer_text(value), outcome.model, cost)
