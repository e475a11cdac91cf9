import pytest

from pipeline.lint import Evidence, lint_text
from tests.pipeline.lint.songs import song

RISES = song(60.0, tempo=[(0.0, 30.0, 100.0), (30.0, 60.0, 120.0)], beats_per_bar=4)
FALLS = song(60.0, tempo=[(0.0, 30.0, 120.0), (30.0, 60.0, 100.0)], beats_per_bar=4)


NEAR = song(60.0, tempo=[(0.0, 30.0, 128.0), (30.0, 60.0, 124.0)], beats_per_bar=4)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The tempo changes.", "no_tempo_change"),
        ("The tempo changes from 128 BPM to 124 BPM.", "right"),
        ("The tempo drops, from 128 BPM at first to 124 BPM at the end.", "right"),
        ("At 128 BPM, the tempo changes.", "no_tempo_change"),
        ("The tempo changes from 128 BPM to 127.5 BPM.", "no_tempo_change"),
        ("The tempo changes. It is 128 BPM, then 124 BPM.", "no_tempo_change"),
    ],
)
def test_a_change_between_near_tempi_is_true_where_both_are_told(text, code):
    found = [each for each in lint_text(text, Evidence(NEAR)) if "tempo" in each.quote]
    assert [each.code for each in found] == [code]


@pytest.mark.parametrize(
    ("text", "rising", "falling"),
    [
        ("The tempo changes.", "right", "right"),
        ("Later it speeds up.", "right", "wrong"),
        ("Later it slows down.", "wrong", "right"),
        ("The tempo increases halfway through.", "right", "wrong"),
        ("Later the pace drops.", "wrong", "right"),
        ("There are slower and faster parts.", "right", "right"),
        ("At 0:30 the tempo rises.", "right", "wrong"),
    ],
)
def test_a_change_of_tempo_has_a_direction(text, rising, falling):
    found = [
        [each.verdict for each in lint_text(text, Evidence(facts)) if each.kind == "tempo"]
        for facts in (RISES, FALLS)
    ]
    assert found == [[rising], [falling]]


STEADY = song(200.0, tempo=[(0.0, 200.0, 96.0)], beats_per_bar=4, loudness=(-12.0, 5.0))


def _said(text, facts=STEADY, kind="tempo"):
    found = [each for each in lint_text(text, Evidence(facts)) if each.kind == kind]
    return {each.verdict for each in found if each.verdict != "uncheckable"}


@pytest.mark.parametrize(
    "text",
    [
        "Brushes in, and it's about 96, no hurry anywhere.",
        "The waltz keeps its tempo and its three-beat step.",
        "The piece holds to the one instrument, the one key and the one pulse.",
        "The band holds key and pulse through to 3:12.",
        "A drum machine holds the pulse steady beneath them.",
        "The count can be tapped without the beat slackening.",
        "The minor loop hovers over a steady kick.",
        "Nothing in the drumming hurries or slackens.",
        "The drums neither push nor pull the tempo.",
        "At no point does the pulse gather speed.",
        "At 0:40 the bassist joins, still 96.",
        "They count it off at 96.",
        "It's an easy one: unhurried, about 96, with brushes.",
        "Ninety-six to the minute, like an old clock.",
        "Ninety-five and a half beats a minute.",
        "I tapped along with the hi-hat and got 96.",
        "The hi-hat comes in at 1:10, but the pulse doesn't flinch.",
        "Key and company drift; the tempo stays put.",
        "The horns swell at 1:20, yet the tempo holds.",
        "Same tempo all the way through, same four chords.",
        "The groove is metronomic from first bar to last.",
        "By the coda the organ is gone, the loop has not slowed.",
        "The ride cymbal sticks to the same grid.",
    ],
)
def test_what_is_said_rightly_of_a_steady_tempo_is_read(text):
    assert _said(text) == {"right"}


@pytest.mark.parametrize(
    "text",
    [
        "At 1:30 it slips down to 80, as if it were tired.",
        "Then it kicks up to 132 for the second half.",
        "By 2:00 the band has eased back to about 76.",
        "It trundles along at a comfortable 64, never pushing.",
        "My metronome says 140.",
        "A crotchet pulse, 120 to the minute.",
        "From 2:10 it slackens.",
        "The tempo lurches at 1:15.",
        "At 2:30 everything speeds up.",
        "The opening tempo returns at 2:40.",
        "There is no tempo to speak of.",
        "It's all free, start to finish.",
    ],
)
def test_what_is_said_wrongly_of_a_steady_tempo_is_read(text):
    assert _said(text) == {"wrong"}


@pytest.mark.parametrize(
    "text",
    [
        "The single climbed to 45 in the charts.",
        "She was still 60 when she wrote it.",
        "The volume drops to 70 before the chorus.",
        "The choir swells to 80 voices.",
        "The loop runs for 64 bars.",
        "The riff goes back to '78.",
        "The pulse holds the whole thing together.",
        "The beat moves me.",
        "The first theme returns at 2:00.",
        "A slow rock lick opens it.",
        "That's the bridge, fast runs and all.",
        "It is free of vibrato.",
        "A quick swing of the axe ends the story.",
        "At around 60, he found a new voice.",
        "The thermometer falls to 40, and so does the mood.",
        "The reverb is set at 40, with a long tail.",
        "We got 60, maybe 70, takes of it.",
        "I counted 64, and then lost track.",
        "He's still about 70, but sounds younger.",
        "The kick sits at about 50, and the snare on top.",
        "The drummer is 60, and hits like a teen.",
        "It runs on 48, maybe 64, tracks.",
        "The tempo lifts us up.",
        "The pace eases you in.",
        "The tempo pushes on relentlessly.",
        "It quickens my pulse.",
        "They speed up in their car.",
        "The slower pace lets the voice breathe.",
        "Its slower tempo suits the lyric.",
        "It returns to the slow pace of village life.",
        "Life never slows down, she sings.",
        "The groove never moves my feet.",
        "The melody drifts free of the beat.",
        "It's free throughout May.",
        "No beat is wasted.",
        "A furious mood hangs over it.",
        "That is fast becoming her trademark.",
        "Pretty fast, they became stars.",
        "A sound borrowed from 1990s house.",
    ],
)
def test_what_only_sounds_like_a_tempo_is_let_pass(text):
    assert _said(text) == set()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("At 0:10 the tempo holds.", {"right"}),
        ("At 0:30 the tempo holds.", {"wrong"}),
        ("That faster pace continues to 0:55.", {"right"}),
        ("At 0:30 it leaps to 120.", {"right"}),
        ("It sinks to 100.", {"right", "wrong"}),
    ],
)
def test_a_tempo_that_changes_holds_in_between(text, wanted):
    assert _said(text, RISES) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It's loud, -12 or thereabouts.", {"right"}),
        ("The average level is moderate, about -12 LUFS.", {"right"}),
        ("The loud and soft pedals lie far apart.", set()),
        ("Minus twelve LUFS, with five and a half LU of range.", {"right"}),
        ("It is hushed, about -25.", {"wrong"}),
        ("The dynamics are narrow.", {"right"}),
        ("Loud - 7 people shout.", set()),
        ("The mix is -3 dB down on the left.", set()),
    ],
)
def test_loudness_without_a_unit_or_in_words_is_read(text, wanted):
    assert _said(text, kind="loudness") == wanted


@pytest.mark.parametrize(
    "text",
    [
        "The drums are chopped at a stubborn 96.",
        "Brushes whisper away at ninety-six, and the bass agrees.",
        "But the bass holds 96 underneath.",
        "Slow to wake and slow to leave: a walking 96.",
        "I set my metronome and get 96.",
        "Set the sequencer at 96 and leave it.",
        "Ninety-six easy beats to the minute.",
        "A beat without frills: 96, in four.",
        "It's ninety-six on the metronome.",
        "Same 96 as at the start.",
        "The organ leaves, and nobody speeds up.",
        "One tempo, one key, one idea.",
        "The trumpet comes back, at exactly that pace.",
        "Neither key nor tempo changes.",
        "There is no key or tempo change.",
        "It neither slows down nor speeds up.",
        "The key rises at 1:40, which adds lift but no speed.",
        "Louder now, though no faster.",
        "Key, metre and pulse never change.",
        "The organ leaves without disturbing the tempo.",
        "It changes colour without changing its 96 BPM pulse.",
        "At 96 BPM it doesn't budge.",
        "Nothing about the pace alters.",
        "It ends as fast as it began.",
        "The tempo hasn't moved a hair.",
        "You could set your watch by the drummer.",
        "It ends, just as fast as it began.",
        "There is no change of key or tempo.",
        "Nothing slows or rushes here.",
        "An unbroken pulse carries the song.",
        "The underlying beat stays in place.",
        "The groove stays perfectly level.",
        "The tempo is locked in from the first bar.",
        "The tempo never budges and the last chorus waves goodbye.",
        "The bridge comes, still on the same grid.",
        "E minor, 4/4, a strutting 96.",
        "A drum machine ticks 96 in 4/4.",
        "The drums come in, so I tap and get 96 straight away.",
    ],
)
def test_more_that_is_said_rightly_of_a_steady_tempo_is_read(text):
    assert _said(text) == {"right"}


@pytest.mark.parametrize(
    "text",
    [
        "Sleigh bells jangling at a giddy 150.",
        "The band kicks from 80 up to 140 and the roof comes off.",
        "By one-three-eight standards it moves at one-three-eight.",
        "A small ritardando closes it.",
        "At 1:00 somebody opens the throttle.",
        "It turns slower and slower.",
        "Slow at first, then fast.",
        "At 2:00 it gets a notch faster.",
        "The last chords come, and there's nothing to tap to.",
        "It floats, so no tempo.",
        "Fast, bright, and 180 to the minute.",
        "Faster from 2:40, then a shout and done.",
        "That faster tempo holds until 2:29.",
        "The quarter note equals 66.",
        "At 1:00 it relaxes slightly, to 80.",
        "It slows right down at 2:50.",
        "It jumps to a distinctly quicker pulse and keeps it.",
        "The beat settles into a clearly broader pulse.",
        "After 2:00 everything moves more slowly than before.",
        "From 2:00 on the beats lie further apart.",
        "The piece has two tempi.",
    ],
)
def test_more_that_is_said_wrongly_of_a_steady_tempo_is_read(text):
    assert _said(text) == {"wrong"}


@pytest.mark.parametrize(
    "text",
    [
        "You'd swear it's 140.",
        "The bass hangs at 60 and the guitars sit above.",
        "At forty, most rappers have quit.",
        "The train hits the brakes in the video.",
        "The club holds 140, maybe 200.",
        "It warms up into E major at two fifty-four.",
        "The flute keeps the same sway.",
        "The filter opens from 40 up to 90.",
        "I gave it 90, my friend gave it 60.",
        "The song keeps the same mood throughout.",
        "She holds the note, and it stays there.",
        'Something like "Turn the turbine, turn it slow.',
        "There's nothing to count on but the moon.",
        "Record the new tempo.",
        "Nobody slows to look at the glass, she sings.",
        "Fifty people a minute pass by.",
        "I brace for a shift in speed.",
        "They wait for a change of tempo.",
        "The tempo of another moment would not suit her.",
        "The drums stay in place behind the singer.",
        "A crushing, slow-moving loop lies beneath the vocals.",
        "The crowd drops to a crawl at the gate.",
        "The camera lurches to 90 degrees.",
        "It is neither slow nor fast in spirit, just tender.",
        "The reverb tail drops to 80.",
        "The bass is steady under pressure.",
        "Everyone looks for a faster way home.",
        "It is her Op. 73, a fast piece.",
        "The record peaked at 40, and stayed there for weeks.",
        "The song hits the same 80 or so notes.",
        "The lyrics mention driving at 70 through the desert.",
        "The strings enter at 64.",
        "The bitrate sits at 128, which is low.",
        "The file is encoded at 192, and sounds thin.",
        "A fast 78 from 1930.",
        "It's on a slow 45, the B-side of a hit.",
        "The guitar breaks into a run up the neck.",
        "The drum fill gets faster.",
        "Her heart beats faster with each line.",
        "A new speed record for fuzz pedals.",
        "There's nothing to nod to in the lyrics, no hope.",
        "No grid of tuned drums here.",
        "Free, the pulse of the city flows.",
        "The drums keep the pulse under the voice.",
        "Nothing here rushes: the voice has room.",
        "The bass and drums carry the three-beat pulse underneath.",
        "Each chord lasts three seconds, so the harmony changes at a regular pace.",
        "The singers stand further apart.",
        "The melody moves faster than the bass.",
    ],
)
def test_more_that_only_sounds_like_a_tempo_is_let_pass(text):
    assert _said(text) == set()


def test_a_change_is_told_behind_what_does_not_change():
    assert _said("The key does not change even when the tempo rises at 0:30.", RISES) == {"right"}


def test_from_a_moment_on_another_tempo_is_told():
    text = "At 100 BPM it sways, until 0:30 lifts it to 120 BPM."
    assert _said(text, RISES) == {"right"}


def test_a_right_tempo_is_not_reached_where_none_changes():
    assert _said("At 1:00 it lurches to 98 BPM.") == {"right", "wrong"}


def test_how_much_faster_it_gets_is_no_tempo():
    assert _said("From 0:30 it is twenty beats a minute faster.", RISES) == {"right"}


def test_what_separates_the_loudest_from_the_quietest_is_the_range():
    text = "Just five LU separate its quietest bars from its loudest."
    assert _said(text, kind="loudness") == {"right"}
