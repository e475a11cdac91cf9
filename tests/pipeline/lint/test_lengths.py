"""Lengths as fluent writers tell them: to the second, without a verb, by the way."""

import pytest

from tests.pipeline.lint.prose import TRACKS, said

TROLLEY = "trolley"  # 2:54
RIGHT = (
    "Two minutes and fifty-four seconds of brass and bad intentions.",
    "Two minutes fifty-four, no fat on it.",
    "Clocking in at two minutes fifty-four, it is a perfect single.",
    "It's in and out in 2:54.",
    "It is over and done with in two minutes fifty-four.",
    "All 2:54 of it is for dancing.",
    "Its 2:54 fly by.",
    "The clarinet never rests in its two minutes and fifty-four seconds.",
    "Two fifty-four, start to finish.",
    "It runs two fifty-four.",
    "Told in two minutes and fifty-four seconds, the story still stings.",
    "In 2:54 the song says goodbye to a whole summer.",
    "Across 2:54 the mood never darkens.",
    "It moves from doubt to delight in 2:54.",
    "The whole affair takes 2:54.",
    "Brass, brushes, two minutes fifty-four.",
    "At a brisk 2:54, the band wastes nothing.",
    "At 2:54 it doesn't outstay its welcome.",
    "A shade under three minutes, and every one of them sly.",
    "It packs a night on the town into just under three minutes.",
    "It lasts three minutes, give or take.",
    "You get two minutes and fifty-four seconds of swing.",
    "From the first note to the last, 2:54.",
    "A three-minute thrill.",
)
WRONG = (
    "Two minutes thirty-one of swing.",
    "It lasts two minutes and a half.",
    "Over in one minute fifty.",
    "Across 3:40 the mood never darkens.",
    "Its four minutes never drag.",
    "One trumpet, one idea, five minutes.",
)
NO_LENGTH = (
    "Two minutes in, the clarinet enters.",
    "Two minutes later, the clarinet enters.",
    "2:11, there's the breakdown.",
    "In 1:05, the drums enter.",
    "In 1:05 it changes key.",
    "For the first two minutes it is a duo.",
    "A minute of hiss, then the band.",
    "Half a minute of birdsong sets the scene.",
    "Its 2:22 modulation is a surprise.",
    "Its bridge, two minutes long, is gentle.",
    "Two minutes of solo guitar lead to the last chorus.",
    "The clarinet is heard from 1:05 through 2:07.",
    "For 1:20 it is a trio, then the band arrives.",
    "In ten seconds flat it reaches full volume.",
    "Near 2:30, it's all over the place.",
    "It clocks in at one forty.",
    "It's in five sixteen.",
    "It feels like a two-minute song.",
    "Building to 2:10 and its climax, it is thrilling.",
    "Fading into 2:10, the pad is lovely.",
    "At 1:30 it's more of a sprint.",
    "At 1:30 it wastes no time with the chorus.",
    "In a minute it goes quiet.",
    "The drums are out within a minute.",
    "The fight is over in ten seconds, he sings.",
    "It lingers for ten seconds in the air.",
    "A 30-second burst of noise ends it.",
    "A two-minute workout on the snare closes the song.",
    "A mere two minutes in, it peaks.",
    "Ten seconds later, the song ends.",
    "The music fades out at 1:30 and returns.",
    "The live version is a ten-minute workout.",
    "The whole thing is ten seconds late.",
)


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [*((each, "supported") for each in RIGHT), *((each, "contradicted") for each in WRONG)],
)
def test_lengths_are_read_and_are_no_moments(sentence, verdict):
    found = said(sentence, TRACKS[TROLLEY].evidence)
    assert (found.get("duration"), found.get("time")) == (verdict, None)


@pytest.mark.parametrize("sentence", NO_LENGTH)
def test_moments_and_parts_are_no_length(sentence):
    assert "duration" not in said(sentence, TRACKS[TROLLEY].evidence)


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("Two minutes thirty in, the trumpet lifts.", "supported"),
        ("At two minutes fifty-eight the trumpet lifts.", "contradicted"),
        ("For the first 0:18 there is only a piano.", "supported"),
        ("The trumpet holds one note for 0:20.", None),
    ],
)
def test_moments_are_read_to_the_second_and_lengths_of_notes_are_none(sentence, verdict):
    assert said(sentence, TRACKS[TROLLEY].evidence).get("time") == verdict
