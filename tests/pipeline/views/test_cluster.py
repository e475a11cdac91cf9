import pytest

from pipeline.views.cluster import estimate_hours
from pipeline.views.estimate import CorpusEstimate
from schemas.config import CorpusConfig
from schemas.estimate import StageEstimate
from schemas.ledger import Spending

HOUR_S = 3600.0


def config(**limits):
    role = {"engine": "openai", "base_url": "http://127.0.0.1:1/v1", "model": "m", **limits}
    return CorpusConfig.model_validate(
        {
            "name": "c", "store": "store", "source": {"folder": "."},
            "roles": {"writer": role, "judge": role},
        }
    )  # fmt: skip


def estimate(heard_s=None):
    lines = [
        StageEstimate(
            stage=stage, role=role, engine="openai", model="m", n_steps=1, n_requests=6000,
            input_tokens=900_000, output_tokens=300_000,
        )
        for stage, role in (("describe", "writer"), ("question", "writer"), ("judge", "judge"))
    ]  # fmt: skip
    return CorpusEstimate(9, 0, HOUR_S, lines, heard_s or {}, Spending(usd=0.0, tokens=0))


def test_cores_share_what_is_heard():
    cores, _ = estimate_hours(estimate({"beats": 1000 * HOUR_S}), config(), n_cores=2)
    assert cores.amount == "6.3 core-hours"
    assert cores.hours == pytest.approx(3.15)


def test_roles_of_one_endpoint_share_its_limits_and_the_tighter_one_decides():
    limits = {"requests_per_minute": 600, "tokens_per_minute": 10_000}
    _, asked = estimate_hours(estimate(), config(**limits), n_cores=1)
    assert asked.amount == "18000 requests, 3600000 tokens"
    assert asked.hours == pytest.approx(6.0)


def test_without_limits_nobody_knows():
    _, asked = estimate_hours(estimate(), config(), n_cores=1)
    assert asked.hours is None
