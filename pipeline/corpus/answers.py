"""Where a corpus keeps its book of answers, and the models that write into it."""

from collections.abc import Mapping
from pathlib import Path

from schemas.config import CorpusConfig
from tools.chat.book import Book
from tools.chat.models import Models, Purse
from tools.process_pool import ProcessPool

_FILE = "answers.sqlite"


def open_book(config: CorpusConfig) -> Book:
    """The corpus's book of answers: in `execution.answers`, or in a store that is a folder."""
    if config.execution.answers is not None:
        return Book(Path(config.execution.answers) / f"{config.name}.sqlite")
    folder = config.store.removeprefix("file://")
    return Book(None if "://" in folder else Path(folder) / _FILE)


def open_models(config: CorpusConfig, ears: ProcessPool, keys: Mapping[str, str]) -> Models:
    """The corpus's models; enter them to use them.

    Parameters
    ----------
    config : CorpusConfig
    ears : ProcessPool
        Where clips are decoded: a pool of its own, or models wait while the others measure.
    keys : mapping of str to str
        API keys by role.
    """
    return Models(
        config.roles,
        book=open_book(config),
        purse=Purse(config.execution.budget_usd, config.execution.budget_tokens),
        ears=ears,
        keys=keys,
        time_limit_s=config.execution.time_limit_s,
    )
