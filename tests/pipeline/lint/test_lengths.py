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
    "Two fifty-four, doors close.",
    "Six seconds shy of three minutes.",
    "From upbeat to curtsy it takes two and three-quarter minutes.",
    "You're in for two minutes and fifty-four seconds.",
    "Three minutes and not a second more.",
    "Just under three minutes on one bass line.",
    "No bar line governs these 2:54.",
    "Two minutes fifty-four and you're back in the rain.",
    "Two minutes fifty-four go by like a taxi.",
    "At -14 LUFS and just under three minutes, it is modest company.",
    "The rumba runs to two minutes fifty-four.",
    "It gives you two minutes fifty-four to change your mind.",
    "Two minutes fifty-four, recorded hot.",
    "A swing number, 2:54, bright as brass.",
    "Swing, swing, two minutes fifty-four, no singer.",
    "You'll be stood there two minutes fifty-four.",
)
ENDS = (
    "It ends on a stomp at 2:54.",
    "Gone by 2:54, and nobody asks where.",
    "The last chord at 2:54 is a shrug.",
    "Final drone, 2:54, full stop.",
    "Nothing slows until 2:54, when it all simply goes out.",
    "By 2:54 the last note hangs in the stairwell.",
    "At 2:54 it slams shut on an A.",
    "A cymbal wash closes it at 2:54.",
    "Steady to the last stroke at 2:54.",
    "They slam the tankards down on the last D at 2:54 and laugh.",
    "It reaches its double bar at 2:54.",
    "The engine cuts at 2:54.",
    "Doors close at 2:54, end of the line.",
    "Everything's said by 2:54.",
    "It finishes bang on 2:54.",
    "The record stops at 2:54.",
    "Layers leave until the lone clarinet stops at 2:54.",
    "At 1:20 the verse comes back, and a drum fill cues the closing Bb chord at 2:54.",
    "The trumpet lays out at 1:12, and all return to close on an open fifth at 2:54.",
)
ENDS_TOO_SOON = (
    "It bows out at 2:26, hat in hand.",
    "It's goodnight by 2:20.",
    "A dead stop at 2:20.",
    "The band walks off at 1:58 and that's that.",
)
NO_END = (
    "It all stops at 2:00, and the choir enters.",
    "At 1:48 it goes quiet, and builds again.",
    "It fades out at 1:40 and back in at 1:50.",
    "A clean cut-off at 0:58 sets up the drop.",
    "A sudden stop at 2:00 makes you jump.",
    "By 2:15 it is all over for the verse.",
    "By 1:00 we're done with the slow part.",
    "At 2:20 she says goodbye to her mother.",
    "The last word is sung at 2:40.",
    "The final swell at 2:30 is huge.",
    "The final cut at 2:10 is a studio trick.",
    "The first movement ends at 2:15.",
    "The storm is over by 1:15.",
    "Everyone drops out, silence at 1:48.",
    "The trumpet's last note is at 2:26.",
    "At 1:16 everything stops for one breath.",
    "The last chord before the key change at 2:16 is bright.",
    "The last chord change at 2:10 is a surprise.",
    "It could have ended at 2:16, and most songs would.",
    "The band cuts out at 2:20 so she can speak.",
    "The slow part is over by 1:40.",
    "A false ending at 1:50 fools everyone.",
    "By 1:40 you think it's finished; it has barely started.",
    "At 2:10 the tune closes its eyes.",
    "It shuts down at 2:00 to a single pulse and rebuilds.",
    "The fade begins at 2:30.",
    "Near the end, at 2:30, it brightens.",
    "In at 0:12, out at 0:40: that is all the whistle does.",
    "The march ends at 1:30, and the polka begins.",
    "The first half ends at 1:26.",
    "At 2:10 it almost stops.",
    "Nothing ends at 1:30; the band merely changes gear.",
    "The trumpet covers the break at 2:02, then all the horns finish together.",
    "At 0:40 the low end drops away and leaves the clarinet alone.",
    "At 1:05 they cut to half the speed, bass only.",
    "By 1:30 the storm is over and it sinks back to a murmur.",
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
    "There are two minutes of ambient noise at the end.",
    "You need five minutes to learn this riff.",
    "You get 2:00 of strings before anyone sings.",
    "It makes 20 minutes feel like two.",
    "Two minutes and you're hooked.",
    "Two minutes later, you're crying.",
    "Two minutes later, the singer is gone.",
    "Just under two minutes, and the voice is alone.",
    "A two-minute set of variations sits in the middle.",
    "A two-minute piano prelude sets the scene.",
    "A three-minute mass of guitars.",
    "A minute-long drone opens.",
    "Those ten minutes on stage changed her.",
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
    "Give it two minutes and you're theirs.",
    "Three minutes would have done it.",
    "It takes about a minute to find its feet.",
    "She waits two whole minutes before she plays a note.",
    "At 1:35 comes an instrumental turn.",
    "One minute five: the clarinet hands its tune to the trumpet.",
    "Sixty seconds of brushwork open the tune.",
    "The brass waits a minute before it answers.",
    "The first minute belongs to the clarinet.",
)


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [*((each, "supported") for each in RIGHT), *((each, "contradicted") for each in WRONG)],
)
def test_lengths_are_read_and_are_no_moments(sentence, verdict):
    found = said(sentence, TRACKS[TROLLEY].evidence)
    assert (found.get("duration"), found.get("time")) == (verdict, None)


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [*((each, "supported") for each in ENDS), *((each, "contradicted") for each in ENDS_TOO_SOON)],
)
def test_the_moment_at_which_the_whole_ends_is_its_length(sentence, verdict):
    found = said(sentence, TRACKS[TROLLEY].evidence)
    assert (found.get("duration"), found.get("time")) == (verdict, "supported")


@pytest.mark.parametrize("sentence", NO_END)
def test_the_end_of_a_part_and_a_pause_are_no_length(sentence):
    found = said(sentence, TRACKS[TROLLEY].evidence)
    assert (found.get("duration"), found.get("time")) == (None, "supported")


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
        ("Near two minutes the clarinet lifts.", "supported"),
        ("Around four minutes the clarinet lifts.", "contradicted"),
        ("It gets feverish around the second minute.", "supported"),
        ("At half past one the brass arrives.", "supported"),
        ("It brightens at two fifty-four.", "supported"),
        ("That tread then lasts till 2:40.", "supported"),
        ("It moves at maybe 60 a minute in a lilting sway.", None),
        ("It is two and a half minutes long (2:31).", None),
        ("In the last minute the brass doubles up.", "supported"),
        ("The first minute is all clarinet.", "supported"),
        ("At about a minute the piano answers.", "supported"),
        ("It has the feel of a last-minute invitation.", None),
        ("Meet me at four twenty, he raps.", None),
        ("She wakes at half past four.", None),
        ("It moves from the 60s to the 80s.", None),
    ],
)
def test_moments_are_read_to_the_second_and_lengths_of_notes_are_none(sentence, verdict):
    assert said(sentence, TRACKS[TROLLEY].evidence).get("time") == verdict
