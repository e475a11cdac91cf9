"""The campaign of lost answers finds what it is there to find."""

from tests.chaos.lost_answers import run
from tools.store import Store


def test_no_lost_answer_is_a_conflict_or_doubles_anything():
    done = run(18, 1)
    assert done.faults == []
    assert sum(done.outcomes.values()) == done.tried == 18


def test_to_take_a_refusal_for_a_conflict_is_a_fault(monkeypatch):
    monkeypatch.setattr(Store, "put", Store._create)
    faults = run(24, 1).faults
    assert any("ConflictError" in fault for fault in faults)
    assert any("verdict is there 2 times" in fault for fault in faults)
