"""The campaign of flipped bits finds what it is there to find."""

import pytest

from pipeline.engine import shards
from tests.chaos.bit_flips import run


@pytest.mark.slow
def test_no_flipped_bit_is_silent():
    done = run(200, 2)
    assert done.faults == []
    assert sum(done.outcomes.values()) == done.tried == 200
    assert done.outcomes["told"] > 150


@pytest.mark.slow
def test_files_that_nobody_checks_are_faults(monkeypatch):
    monkeypatch.setattr(shards, "read_bytes", lambda store, path: store.get(path))
    assert run(200, 2).faults
