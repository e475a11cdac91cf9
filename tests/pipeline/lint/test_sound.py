"""Claims about drums and voices, against tags that are sure or not."""

import pytest

from pipeline.lint import Evidence, lint_text
from schemas.facts import Instrument, Voice
from tests.facts import SURE, UNSURE
from tests.pipeline.lint.songs import song


def codes(text, kind, **facts):
    evidence = Evidence(song(60.0).model_copy(update=facts))
    return [each.code for each in lint_text(text, evidence) if each.kind == kind]


def drums(chance):
    return {"instruments": [Instrument(name="drums", share_of_time=0.8, **chance)]}


def voice(share, chance):
    return {"voice": Voice(share_of_time=share, **chance)}


@pytest.mark.parametrize(
    ("text", "facts", "found"),
    [
        ("It does without any drums.", drums(SURE), ["has_drums"]),
        ("It is a drumless piece.", drums(SURE), ["has_drums"]),
        ("It does without any drums.", drums(UNSURE), ["not_known"]),
        ("It does without any drums.", {"instruments": None}, ["not_known"]),
        ("No drums are heard until 0:20.", drums(SURE), []),
        ("The intro has no drums.", drums(SURE), []),
        ("Heavy drums, and the drums never rest.", drums(SURE), ["right"]),
        ("The drums never rest.", drums(UNSURE), []),
        ("The drums never rest.", {"instruments": []}, []),
        ("A drum-like knock opens it.", drums(SURE), []),
    ],
)
def test_drums_are_held_against_those_that_are_sure(text, facts, found):
    assert codes(text, "instrument", **facts) == found


@pytest.mark.parametrize(
    ("text", "facts", "found"),
    [
        ("A choir chants.", voice(0.5, SURE), ["right"]),
        ("There are no vocals.", voice(0.5, SURE), ["has_vocals"]),
        ("A choir chants.", voice(0.0, SURE), ["no_vocals"]),
        ("A choir chants.", voice(0.0, UNSURE), ["not_known"]),
        ("There are no vocals.", voice(0.5, UNSURE), ["not_known"]),
    ],
)
def test_voices_are_held_against_tags_that_are_sure(text, facts, found):
    assert codes(text, "vocals", **facts) == found


def test_what_the_gate_of_lyrics_heard_goes_before_the_tags():
    facts = song(60.0).model_copy(update=voice(0.0, SURE))
    (found,) = [
        each
        for each in lint_text("A choir chants.", Evidence(facts, has_vocals=True))
        if each.kind == "vocals"
    ]
    assert found.code == "right"
