"""An executor without processes: what it is given runs here, in this process's environment."""

from pipeline.corpus.corpus import Corpus
from pipeline.corpus.ingest import ingest, inspect_batch
from pipeline.corpus.workers import Observer, Workers
from pipeline.engine.run import run_step
from pipeline.engine.store_format import prepare_store
from pipeline.ingest.root import root_of
from tools.errors import RefusedError
from tools.process_pool import Failure


class Inline:
    """Calls functions one after another; see `tools.process_pool.ProcessPool.map`."""

    def map(self, function, items, *, time_limit_s, about=None):
        for item in items:
            try:
                yield item, function(item)
            except RefusedError as error:
                yield item, Failure(error.reason, error.detail)

    def stop(self):
        pass


def build_inline(config, until):
    """Ingest, and run one stage's steps, in this process; the corpus."""
    store = prepare_store(config.store)
    workers = Workers(config, store, root_of(config), Inline(), Observer(), None, None)
    ingest(workers, inspect_batch)
    for step in Corpus.open(config).steps:
        if step.stage.name == until:
            run_step(step, store, workers.root, config, workers.context(step.stage))
    return Corpus.open(config)
