"""Which recordings of a partition are compared."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stages.compare.partners import partners_of
from pipeline.stages.compare.tasks import tasks_of
from schemas.sections import CompareConfig
from tests.pipeline.stages.compare.pairs import (
    batch_of,
    in_keys,
    of_range,
    recording,
    with_voice,
)
from tests.pipeline.stages.test_describe import told


def tracks(n, **words):
    return [
        told(f"{number:032x}", **{name: value(number) for name, value in words.items()}).track
        for number in range(n)
    ]


def ids_of(found):
    return [(one, other.track_id) for one, others in found.items() for other in others]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 40), st.integers(1, 3), st.integers(0, 5))
def test_no_two_are_paired_twice_and_nobody_with_itself(n_tracks, n, seed):
    pairs = ids_of(partners_of(tracks(n_tracks), n, seed, lambda *_: True))
    assert len({frozenset(pair) for pair in pairs}) == len(pairs)
    assert all(one != other for one, other in pairs)
    assert max(Counter(one for one, _ in pairs).values(), default=0) <= n
    if n_tracks > 2 * n:
        assert len(pairs) == n * n_tracks, "everyone has its partners"


def test_pairs_follow_from_the_ids_and_the_seed_alone():
    found = [ids_of(partners_of(some, 1, 0, lambda *_: True))
             for some in (tracks(9), tracks(9)[::-1])]  # fmt: skip
    assert found[0] == found[1]
    assert found[0] != ids_of(partners_of(tracks(9), 1, 1, lambda *_: True))


def test_most_are_of_one_licence():
    some = tracks(40, licence=lambda n: ("CC-BY-4.0", "MIT")[n % 2])
    licences = {each.track_id: each.licence for each in some}
    pairs = ids_of(partners_of(some, 1, 0, lambda *_: True))
    assert sum(licences[one] != licences[other] for one, other in pairs) == 2


@pytest.mark.parametrize("name", ["title", "album"])
def test_the_same_song_or_record_is_not_compared_with_itself(name):
    some = tracks(6, **{name: lambda n: ("Le Moulin!", "le moulin", "Other")[n % 3]})
    words = {each.track_id: getattr(each, name) == "Other" for each in some}
    pairs = ids_of(partners_of(some, 2, 0, lambda *_: True))
    assert pairs
    assert all(words[one] != words[other] for one, other in pairs)


def test_tracks_are_passed_over_that_have_nothing_in_common():
    odd = {f"{number:032x}" for number in range(1, 9, 2)}

    def may(one, other):
        return (one.track_id in odd) == (other.track_id in odd)

    pairs = ids_of(partners_of(tracks(8), 1, 0, may))
    assert len(pairs) >= 4
    assert all((one in odd) == (other in odd) for one, other in pairs)


def test_what_a_stretch_tells_and_what_only_the_whole_does_are_tasks_of_their_own():
    one = recording("0", **with_voice(1.0), **of_range(12.0))
    two = recording("1", **in_keys(("C", "major"), ("D", "major")), **with_voice(1.0))
    stretch, whole = tasks_of(batch_of(one, two), CompareConfig(), 1)
    first, second = (each.track_id for each in (one, two))
    assert {*stretch.ids} == {first, second}
    assert [each.aspect for each in stretch.wanted] == ["tempo", "metre", "key", "mode", "voice"]
    assert [each.aspect for each in whole.wanted] == ["key_changes", "dynamics"]
    assert [end - start for start, end in stretch.heard] == [30.0, 30.0]
    assert whole.heard == ((0.0, 120.0), (0.0, 120.0))
    assert (stretch.first_number, whole.first_number) == (0, 5)
    (only,) = tasks_of(batch_of(one, two), CompareConfig(whole=False), 1)
    assert only.wanted == stretch.wanted
    (all_,) = tasks_of(batch_of(one, two), CompareConfig(heard_s=None), 1)
    assert [each.aspect for each in all_.wanted] == [
        "tempo", "metre", "key", "mode", "voice", "key_changes", "dynamics",
    ]  # fmt: skip
    assert tasks_of(batch_of(one, two), CompareConfig(), 0) == []


def test_facts_compare_one_by_default_and_models_none():
    config = CompareConfig()
    assert (config.n_partners(by_model=False), config.n_partners(by_model=True)) == (1, 0)
    assert CompareConfig(per_track=2).n_partners(by_model=True) == 2
