"""Take up the results of batches: judge every line, and keep the answers that are of use."""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from pipeline.batches.write import batch_role
from pipeline.books import open_book
from pipeline.open_questions import asking_stage, open_questions
from pipeline.stage import Question
from schemas.config import CorpusConfig
from schemas.ledger import BatchJob, LedgerLine
from schemas.roles import RoleConfig
from tools.chat.batch import BatchApi, read_line
from tools.chat.book import Book
from tools.chat.engine import Manner
from tools.chat.faults import Fault, UnusableFault
from tools.chat.reading import answer_text, read_reply
from tools.chat.request import Reply
from tools.chat.tokens import TokenEstimate


def collect_jobs(
    config: CorpusConfig, root: Path, api_for: Callable[[str], BatchApi]
) -> list[tuple[BatchJob, str, Counter[str]]]:
    """Take up the results of batches that have ended.

    Parameters
    ----------
    config : CorpusConfig
    root : Path
        What the tracks' relative uris are relative to.
    api_for : callable
        The Batch API of a stage's role.

    Returns
    -------
    list of (BatchJob, str, Counter)
        Every batch under way, its status, and what came of its requests, by outcome.
    """
    book = open_book(config)
    found = []
    for job in book.jobs():
        api = api_for(job.stage)
        batch_id = job.batch_id or api.find(job.job)
        if batch_id is None:
            book.end_job(job.job)
            found.append((job, "never handed over", Counter[str]()))
            continue
        state = api.state(batch_id)
        outcomes: Counter[str] = Counter()
        if state.has_ended:
            lines = (line for file in state.files for line in api.lines(file))
            outcomes = collect_lines(config, root, job.stage, lines)
            if not outcomes["not_asked"]:  # else another role or prompt: the answers are not lost
                book.end_job(job.job)
        found.append((job, state.status, outcomes))
    return found


def collect_lines(
    config: CorpusConfig, root: Path, stage: str, lines: Iterable[str]
) -> Counter[str]:
    """Judge the output of a batch, and keep the answers that are of use.

    Parameters
    ----------
    config : CorpusConfig
    root : Path
        What the tracks' relative uris are relative to.
    stage : str
    lines : iterable of str

    Returns
    -------
    Counter of str
        Lines by outcome: ``answered``, ``known_before``, ``not_asked`` (the config asks another
        question now), or what was wrong. The build asks those again.

    Raises
    ------
    ValueError
        If a line is none of a batch's output.
    """
    role = batch_role(config, stage)
    book = open_book(config)
    found = dict(read_line(line, role.model or "") for line in lines)
    outcomes: Counter[str] = Counter()
    for key, question in open_questions(config, root, stage):
        outcome = found.pop(key, None)
        if outcome is None:
            continue
        if book.find(key):
            outcomes["known_before"] += 1
        else:
            outcomes[_keep(book, config, stage, key, question, outcome)] += 1
    return outcomes + Counter(not_asked=len(found))


def _keep(
    book: Book,
    config: CorpusConfig,
    stage: str,
    key: str,
    question: Question,
    outcome: Reply | Fault,
) -> str:
    """Keep an answer or charge for what it was instead; give its name."""
    _, asks = asking_stage(stage)
    role: RoleConfig = getattr(config.roles, asks.role)
    line = LedgerLine(
        stage=stage, role=asks.role, model=role.model or "", outcome="", n_attempts=1,
        input_tokens=0, output_tokens=0, cost_usd=0.0,
    )  # fmt: skip
    if isinstance(outcome, Fault):
        book.charge(line.model_copy(update={"outcome": outcome.reason}))
        return outcome.reason
    manner = Manner(role.form, role.sampling.max_output_tokens)
    full = TokenEstimate(role).count(question.request, manner, outcome)
    cost = full.model_copy(update={"cost_usd": full.cost_usd * role.batch_price_factor})
    paid = cost.model_dump(include={"input_tokens", "output_tokens", "cost_usd"})
    try:
        value = read_reply(outcome, question.request.form)
    except UnusableFault as fault:
        book.charge(line.model_copy(update={**paid, "outcome": fault.reason}))
        return fault.reason
    charge = line.model_copy(update={**paid, "outcome": "answered"})
    book.keep(key, answer_text(value), outcome.model, cost, charge)
    return "answered"
