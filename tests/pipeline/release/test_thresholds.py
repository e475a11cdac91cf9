from dataclasses import replace

import pytest

from pipeline.corpus.corpus import Corpus
from pipeline.release.thresholds import missed, refuses_too_much
from pipeline.views.status import read_status
from schemas.sections import ReleaseThresholds
from tests.pipeline.release.made_up import build, listing, make_config


@pytest.fixture
def found(tmp_path):
    """Six captions and six pairs, two of which the judge refuses."""
    config = make_config(tmp_path)
    build(config, listing(6), refuse={})
    return read_status(Corpus.open(config))


def test_without_thresholds_a_finished_build_may_be_released(found):
    assert missed(replace(found, n_steps_left=0), ReleaseThresholds()) == []
    assert "3 steps are not done" in missed(replace(found, n_steps_left=3), ReleaseThresholds())


def test_the_share_that_was_refused_is_bounded(found):
    bound = ReleaseThresholds(max_refused_share=0.1)
    ours = replace(found, n_steps_left=0, refused_share=0.1)
    assert missed(ours, bound) == [] and not refuses_too_much(ours, bound)
    (words,) = missed(replace(ours, refused_share=0.1234), bound)
    assert words.startswith("12.3% of all rows were refused") and "10.0%" in words


def test_a_release_needs_so_many_texts(found):
    accepted = sum(each.n_accepted for each in found.stages if each.name in ("judge", "factcheck"))
    assert accepted > 0
    ours = replace(found, n_steps_left=0)
    assert missed(ours, ReleaseThresholds(min_texts=accepted)) == []
    (words,) = missed(ours, ReleaseThresholds(min_texts=accepted + 1))
    assert words.startswith(f"{accepted} texts were accepted")
