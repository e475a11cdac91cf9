"""What a build tells Prefect beside its state."""

import pytest

from flows import events
from pipeline.corpus.corpus import Corpus
from pipeline.corpus.outcomes import StepFailure
from pipeline.views.status import read_status
from schemas.config import load_config
from schemas.sections import ReleaseConfig, ReleaseThresholds


@pytest.fixture
def told(monkeypatch):
    sent = []
    monkeypatch.setattr(events, "emit_event", lambda event, **more: sent.append((event, more)))
    return sent


@pytest.fixture
def config(built_corpus):
    return load_config(built_corpus)


def bounded(config, share):
    thresholds = ReleaseThresholds(max_refused_share=share)
    return config.model_copy(update={"release": ReleaseConfig(thresholds=thresholds)})


def test_a_budget_that_is_reached_is_told_once(config, told):
    failures = [StepFailure("judge", f"p{n}", "spent", "BudgetReachedError") for n in range(3)]
    events.tell_of_build(config, None, failures)
    ((event, more),) = told
    assert event == events.BUDGET_REACHED
    assert more["resource"]["prefect.resource.id"] == "partimento.corpus.small"
    events.tell_of_build(config, None, [StepFailure("judge", "p0", "x", "StoreError")])
    assert len(told) == 1


def test_more_refused_than_allowed_is_told_and_less_is_not(config, told):
    status = read_status(Corpus.open(config))
    assert 0 < status.refused_share < 1, "broken.wav is refused"
    events.tell_of_build(config, status, ())
    events.tell_of_build(bounded(config, 0.999), status, ())
    assert told == []
    events.tell_of_build(bounded(config, 0.0), status, ())
    ((event, more),) = told
    assert event == events.TOO_MUCH_REFUSED
    assert more["payload"]["refused_share"] == status.refused_share
