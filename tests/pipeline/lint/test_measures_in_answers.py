"""Tempo, metre, length and loudness as answers and their grounds tell of them."""

import pytest

from tests.pipeline.lint.prose import TRACKS, said

CLAIMS = (
    ("cotton", "tempo", "supported", "One comes to just under one beat a second."),
    ("barcarole", "tempo", "supported", "The beat comes a little less than once a second."),
    ("minuet", "tempo", "supported", "About two beats a second is what one counts."),
    ("dune", "tempo", "contradicted", "The pulse comes to one beat a second."),
    ("wicket", "tempo", "supported", "The pace lies between the two, so I would call it moderate."),
    ("barcarole", "tempo", "contradicted", "That makes it fast."),
    ("promenade", "tempo", "supported", "It has a level and tempo that never let go."),
    ("turbine", "tempo", "supported", "Up to 2:30 the piece holds its first tempo."),
    (
        "foundry",
        "tempo",
        "supported",
        "It runs at 188 BPM until 2:28, where the tempo drops to 94.",
    ),
    ("saudade", "tempo", "supported", "Right to the end it's the same speed."),
    ("dockside", "tempo", "contradicted", "After the slight quickening of the beat it ends."),
    ("dune", "tempo", "contradicted", "Techno is the genre here, pulsing at 140 BPM."),
    (
        "jig",
        "metre",
        "supported",
        "One can group the pulse in sixes from the first bar to the last.",
    ),
    ("barcarole", "metre", "supported", "It can be counted in sixes throughout."),
    ("quarry", "metre", "supported", "The drums let one count to four again and again."),
    ("minuet", "metre", "supported", "The stress falls on every third tap."),
    ("quarry", "metre", "supported", "The strong beat comes back after every fourth pulse."),
    ("quarry", "metre", "supported", "Counting one, two, three, four, I land on the strong beat."),
    ("quarry", "metre", "supported", "One strong beat and three that lead on to the next."),
    ("quarry", "metre", "supported", "So the bar must have four beats."),
    ("quarry", "tempo", "contradicted", "When the pulse eases back at 1:23, the drums stay."),
    ("quarry", "tempo", "contradicted", "Sheer volume carries that late acceleration."),
    ("quarry", "key", "supported", "The key, then, is minor."),
    ("quarry", "key", "supported", "The groove stays in one key and metre."),
    ("quarry", "key", "contradicted", "Hope is lifted further by the upward key change."),
    ("quarry", "key", "supported", "It keeps its duo sound, its key and its metre."),
    ("quarry", "metre", "supported", "When I count to four, everything lines up."),
    ("quarry", "metre", "supported", "The drum machine marks a clear four."),
    ("quarry", "metre", "supported", "The drums mark a steady cycle of four beats."),
    ("quarry", "vocals", "supported", "A second line follows, so this is no instrumental."),
    ("metro", "vocals", "supported", "This is instrumental post-rock on a broad scale."),
    ("metro", "duration", "contradicted", "The band plays for 6:41, keeping its line-up."),
    ("quarry", "vocals", "supported", "The text is English."),
    ("metro", "duration", "contradicted", "Everything unfolds on one plane between 0:00 and 8:32."),
    ("metro", "duration", "supported", "The piece lasts from 0:00 to 6:35."),
    ("metro", "duration", "supported", "It goes on like that to its end at 6:35."),
    ("metro", "duration", "supported", "It fills the span from 0:00 to 6:35."),
    (
        "signal",
        "metre",
        "supported",
        "Counting along, one comes to four before the stress returns.",
    ),
    (
        "corner",
        "metre",
        "contradicted",
        "The beats fall into groups of three, never into twos or fours.",
    ),
    ("lullaby", "metre", "supported", "It goes at 56 beats a minute, six of them to the bar."),
    ("jig", "metre", "supported", "It is in a compound duple metre."),
    (
        "minuet",
        "metre",
        "supported",
        "One strong beat followed by two lighter ones is what one hears.",
    ),
    (
        "porch",
        "metre",
        "supported",
        "There are about 140 taps to the minute, four of them to a bar.",
    ),
    ("signal", "loudness", "supported", "Its dynamics stay within a narrow span."),
    (
        "vestry",
        "loudness",
        "supported",
        "The wide range does much here: the dynamics supply the drama.",
    ),
    ("saudade", "loudness", "supported", "The dynamics range widely."),
    ("beacon", "duration", "contradicted", "Within a compact 1:53 the song keeps its line-up."),
    (
        "sonata",
        "duration",
        "supported",
        "The movement lasts a little more than five and a half minutes.",
    ),
    ("dune", "duration", "contradicted", "From the opening to the last sound, that makes 3:41."),
    (
        "abacus",
        "duration",
        "supported",
        "It shifts up at 3:32 and runs on to 5:47, loud all the way.",
    ),
    ("letter", "duration", "supported", "The band spans the song from 0:00 to 3:27."),
    ("letter", "duration", "supported", "So the answer is three and a half minutes."),
    ("letter", "time", "supported", "The band spans the song from 0:00 to 3:27."),
    ("lacquer", "duration", "supported", "The song flows in one arc up to 2:58."),
    ("skyline", "duration", "supported", "The last stretch to 1:38 winds down."),
    ("levee", "time", "contradicted", "It lasts a little over two minutes, until 2:11."),
    (
        "cistern",
        "duration",
        "supported",
        "Bass, tape loops and organ spread out a drone that lasts 10:02.",
    ),
)
NO_CLAIMS = (
    ("dune", "tempo", "Techno is fast, as a rule, at 130 BPM or more."),
    ("dune", "tempo", "Once a second voice joins in, the beat feels firmer."),
    ("dune", "tempo", "The chords change twice a second."),
    ("dune", "tempo", "A beat a second would be slow."),
    ("wicket", "tempo", "A slow song would put wide gaps between the beats; this one does not."),
    ("signal", "metre", "The lines of the verse come in threes."),
    ("signal", "metre", "Counting the chords, one comes to three before the pattern repeats."),
    ("signal", "metre", "Counting in threes leads nowhere, for the stress does not fit."),
    ("signal", "metre", "The snare falls on every third beat of the fill."),
    ("signal", "metre", "A waltz would put the accent on every third beat."),
    ("signal", "metre", "A pad changes on every third beat."),
    ("signal", "duration", "The intro lasts from 0:00 to 0:52."),
    ("signal", "duration", "The band plays for two minutes before the singer enters."),
    ("metro", "vocals", "The bowed line singing against the struck chords is a cello's."),
    ("signal", "duration", "Between 0:00 and 1:10 everything is quiet."),
    ("vestry", "loudness", "The choir's voices cover a wide range."),
    (
        "metro",
        "duration",
        "Each lasts about three seconds, and the cycle is heard dozens of times.",
    ),
    ("cellar", "duration", "More than half of that is over when the pace changes at 2:30."),
    ("signal", "duration", "It carries on until 1:20, when the drums stop."),
    ("signal", "duration", "In a compact two-minute bridge the guitars rest."),
    ("letter", "duration", "By 2:00 the story is only half told."),
    ("letter", "duration", "The bridge closes at 2:27, well short of three minutes."),
    ("signal", "time", "They follow each other at about three seconds a chord."),
)


@pytest.mark.parametrize(("track", "field", "verdict", "sentence"), CLAIMS)
def test_what_is_claimed_is_read(track, field, verdict, sentence):
    assert said(sentence, TRACKS[track].evidence).get(field) == verdict


@pytest.mark.parametrize(("track", "field", "sentence"), NO_CLAIMS)
def test_what_claims_nothing_is_let_pass(track, field, sentence):
    assert field not in said(sentence, TRACKS[track].evidence)
