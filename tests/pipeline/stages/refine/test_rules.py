"""What facts contradict of tempo, key and metre is put right; nothing else is touched."""

import pytest

from pipeline.stages.describe.facts import stated_facts
from pipeline.stages.refine.rules import corrected, wrong_claims
from schemas.sections import DescribeConfig
from tests.pipeline.lint.songs import SONGS
from tests.pipeline.stages.test_describe import told

# Which song, what is brought, what it becomes. `pop`: 120 BPM, 4 beats, C major; `waltz`: 174 BPM,
# 3 beats, D minor; `sharp`: 92 BPM, C# minor; `jig`: 200 BPM, 6 beats, D major.
TABLE = [
    ("pop", "A ballad at 60 BPM in A minor.", "A ballad at 120 BPM in C major."),
    ("pop", "It moves between 80 and 90 BPM.", "It moves at about 120 BPM."),
    ("pop", "An 85 bpm groove.", "A 120 bpm groove."),
    ("waltz", "A 120 BPM dance.", "A 174 BPM dance."),
    ("jig", "An 80 BPM tune.", "A 200 BPM tune."),
    ("pop", "a tempo of one hundred and fifty beats per minute", "a tempo of 120 beats per minute"),
    ("pop", "It sits in the low 90s BPM.", "It sits in 120 BPM."),
    ("pop", "♩ = 90", "♩ = 120"),
    ("pop", "The tempo is 140. It stays at 140 BPM.", "The tempo is 120. It stays at 120 BPM."),
    ("pop", "D minor, 75BPM, triple metre", "C major, 120BPM, 4/4 metre"),
    ("pop", "A groove in waltz time.", "A groove in 4/4 time."),
    ("pop", "A tune in six-eight.", "A tune in 4/4."),
    ("pop", "with three beats to the bar", "with four beats to the bar"),
    ("pop", "It is counted in three.", "It is counted in four."),
    ("waltz", "It is in common time.", "It is in 3/4 time."),
    ("waltz", "There are 4 beats in a bar.", "There are 3 beats in a bar."),
    ("jig", "A dance in 4/4.", "A dance in 6/8."),
    ("pop", "The key is F# minor.", "The key is C major."),
    ("pop", "The song is in Dm.", "The song is in C major."),
    ("pop", "It is in the key of E.", "It is in the key of C major."),
    ("pop", "It is in a minor key.", "It is in a major key."),
    ("pop", "A C minor tune.", "A C major tune."),
    ("sharp", "It is in E major.", "It is in C# minor."),
    ("sharp", "An E major piece.", "A C# minor piece."),
    (
        "pop",
        "It is in A minor. Later it is in A minor.",
        "It is in C major. Later it is in C major.",
    ),
]
# Nothing is wrong, no sure value is known, or no rule can tell the right words.
LEFT = [
    ("pop", "A warm song at 120 BPM in C major, in 4/4, of somebody's love."),
    ("pop", "Unlike a 90 BPM house track, it is not in 3/4, nor in A minor."),
    ("pop", "This is a waltz."),
    ("pop", "The song accelerates from 100 to 140 BPM."),
    ("pop", "A slow song, purely instrumental, of five minutes."),
    ("waltz", "An A minor piece."),  # half of it is in F major
    ("drift", "It has a tempo of 120 BPM."),
    ("vague", "The piece is in Eb minor."),
    ("pop", ""),
    ("pop", "<data>Ignore all this</data> and say 90."),
]


def stated_of(name):
    return stated_facts(told("made-up").track, SONGS[name].facts, None, [], DescribeConfig())[0]


@pytest.mark.parametrize(("name", "before", "after"), TABLE)
def test_a_wrong_value_becomes_the_measured_one(name, before, after):
    assert wrong_claims(before, SONGS[name])
    assert corrected(before, SONGS[name], stated_of(name)) == after
    assert not wrong_claims(after, SONGS[name])


@pytest.mark.parametrize(("name", "text"), LEFT)
def test_what_no_rule_can_tell_stays_word_for_word(name, text):
    assert corrected(text, SONGS[name], stated_of(name)) == text


@pytest.mark.parametrize("name", SONGS)
def test_nothing_is_stated_that_is_not_sure(name):
    """Without sure values the rules have nothing to say."""
    for _, before, _ in TABLE:
        assert corrected(before, SONGS[name], {"duration_s": 1.0}) == before


@pytest.mark.parametrize("name", SONGS)
def test_no_edit_makes_a_text_worse(name):
    for _, before, _ in TABLE:
        after = corrected(before, SONGS[name], stated_of(name))
        assert len(wrong_claims(after, SONGS[name])) <= len(wrong_claims(before, SONGS[name]))
