"""A short campaign of kills: each kind of process once, in real builds."""

import pytest

from tests.chaos import kills


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_a_kill_of_any_process_costs_nothing():
    campaign = kills.run(len(kills.WHOM), seed=1)
    assert campaign.faults == []
    assert sum(campaign.outcomes.values()) == campaign.tried == len(kills.WHOM)
    assert campaign.outcomes["driver: same content"] == 1


def test_moments_are_within_the_work():
    times_s = [10.0, 12.0, 12.0, 16.0, 20.0]
    assert kills._moment(times_s, 0.0) == kills.Moment(1, 0.0)
    assert kills._moment(times_s, 0.5) == kills.Moment(3, 3.0)
    assert kills._moment(times_s, 0.99).n_events == 4
