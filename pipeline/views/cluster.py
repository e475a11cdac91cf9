"""How long a build would take on a cluster: by its cores, and by what endpoints allow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.views.estimate import CorpusEstimate
from schemas.config import CorpusConfig
from schemas.estimate import StageEstimate
from schemas.roles import RoleConfig

CPU_MS_PER_S: Mapping[str, float] = {
    "ingest": 1.3, "segment": 1.3, "beats": 6.3, "loudness": 0.4, "chroma": 0.5,
    "key_network": 0.3, "chords": 1.4, "chord_network": 1.7, "timbre": 0.2, "tags": 2.9,
    "quality": 1.2,
}  # fmt: skip
"""Of one core, for a second of sound, by `python -m benchmarks.measure` (docs/performance.md); the
one decoding that stages share is `segment`'s. The others hear nothing: some ms a track."""


@dataclass(frozen=True)
class ResourceHours:
    """What a build takes of the cluster's cores, or of one endpoint.

    Attributes
    ----------
    resource : str
        ``cores``, or an endpoint and its model.
    amount : str
        In words: core-hours, or requests and tokens.
    hours : float or None
        None for an endpoint without limits, whose speed nobody knows before it is asked.
    """

    resource: str
    amount: str
    hours: float | None


def estimate_hours(
    estimate: CorpusEstimate, config: CorpusConfig, *, n_cores: int
) -> list[ResourceHours]:
    """What a build takes of each resource; the longest decides, since they work at the same time.

    Parameters
    ----------
    estimate : CorpusEstimate
    config : CorpusConfig
    n_cores : int
        Of all nodes together.

    Returns
    -------
    list of ResourceHours
    """
    heard = estimate.heard_s.items()
    core_h = sum(s * CPU_MS_PER_S.get(stage, 0.0) for stage, s in heard) / 1000 / 3600
    found = [ResourceHours("cores", f"{core_h:.1f} core-hours", core_h / n_cores)]
    by_endpoint: dict[str, list[StageEstimate]] = {}
    roles: dict[str, RoleConfig] = {}
    for line in estimate.stages:
        role: RoleConfig | None = getattr(config.roles, line.role or "", None)
        if role is not None and role.is_endpoint and line.n_requests:
            name = f"{role.model} at {role.base_url}"
            by_endpoint.setdefault(name, []).append(line)
            roles[name] = role
    return found + [_asked(name, lines, roles[name]) for name, lines in by_endpoint.items()]


def _asked(name: str, lines: Sequence[StageEstimate], role: RoleConfig) -> ResourceHours:
    n_requests = sum(each.n_requests for each in lines)
    n_tokens = sum(each.input_tokens + each.output_tokens for each in lines)
    by_limit = [
        amount / limit / 60
        for amount, limit in (
            (n_requests, role.requests_per_minute),
            (n_tokens, role.tokens_per_minute),
        )
        if limit
    ]
    words = f"{n_requests} requests, {n_tokens} tokens"
    return ResourceHours(name, words, max(by_limit, default=None))
