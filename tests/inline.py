"""An executor without processes: what it is given runs here, with this process's environment."""

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
