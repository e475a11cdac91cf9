"""Keys, chords and metres as captions, liner notes and musicians' talk have them."""

import pytest

from tests.pipeline.lint.prose import TRACKS, said

CLAIMS = {
    ("harbour", "key", "supported"): (
        "Pitched in G and happy there.",
        "Everything lives in G, and the band never argues.",
        "The bass keeps circling back to G, so I'd call G home.",
        "The tune gravitates to G, which is plainly the home note.",
        "Same key start to finish.",
        "Neither tempo nor key ever changes.",
        "The tonality holds throughout.",
    ),
    ("harbour", "key", "contradicted"): (
        "They play it in A flat, God knows why.",
        "It slips into B flat major for the last minute.",
        "At 118 BPM, D minor, it trots.",
        "All of it in minor.",
        "The last chorus goes up a whole step.",
        "The closing chorus comes back a semitone higher.",
        "There's a cheeky half-step lift before the last chorus.",
        "The whole band hops from G to A flat.",
        "It never settles on a key.",
        "There's no key to speak of.",
    ),
    ("comet", "key", "supported"): (
        "For the last minute the whole band steps up a whole tone.",
        "At 2:38 it kicks up into G sharp.",
    ),
    ("comet", "key", "contradicted"): (
        "At 2:38 everything lifts a semitone.",
        "Key and tempo hold from start to finish.",
        "It never leaves its key.",
    ),
    ("awakening", "key", "supported"): (
        "It floats free of any key.",
        "No tonic, no pull, no destination.",
    ),
    ("harbour", "chords", "supported"): (
        "Four chords: G major, D major, E minor, C major.",
        "The verse rocks between G and C.",
        "At 1:00 the flute enters, while the piano rests on an E minor chord.",
    ),
    ("harbour", "chords", "contradicted"): (
        "You get F sharp and C sharp minor first, then D, A and E.",
        "The organ holds an A minor for eight bars.",
        "The final stab is B flat major.",
        "It is built on E seven and A seven.",
        "One chord, that's all you get.",
        "The verse returns at 3:50, and a firm C#m chord closes it.",
    ),
    ("harbour", "metre", "supported"): (
        "Four to the bar, steady as a clock.",
        "The kick lands on all four beats.",
        "118 to the minute, in four.",
    ),
    ("harbour", "metre", "contradicted"): (
        "The band swings in a lazy three.",
        "In three, with brushes.",
        "It limps along in seven.",
        "The pulse falls in threes.",
    ),
}
NO_CLAIMS = (
    ("key", "The pedal note never strays from D."),
    ("key", "The melody gravitates to A, the fifth of the scale."),
    ("key", "The riff slides into E."),
    ("key", "The music shifts from A to B with a drum fill."),
    ("key", "The tonic leaps an octave."),
    ("key", "The refrain moves by a minor third at the cadence."),
    ("key", "The song rises a minor third and falls back to the tonic."),
    ("key", "The riff is built on a half-step shift."),
    ("key", "A half-step rise at the end of each phrase."),
    ("key", "The whole band is a half step down, guitars tuned to E flat."),
    ("key", "The recording is a semitone lower than the score."),
    ("key", "There is no tonic in the bass."),
    ("key", "No key of the piano is left untouched."),
    ("key", "One key: patience."),
    ("chords", "A two-chord lick opens the song."),
    ("chords", "A one-chord ending."),
    ("chords", "A two-chord coda closes it."),
    ("chords", "Just one chord, and you know who is playing."),
    ("chords", "From A to B and back again, a song for commuters."),
    ("chords", "The tuba swings between B flat and F."),
    ("chords", "It ends on a C6 from the soprano."),
    ("metre", "Two bars of seven, and then home."),
    ("metre", "A few bars of three."),
    ("metre", "It's a solid six from me."),
    ("metre", "It clocks in at a brisk three."),
    ("metre", "Everything comes in threes."),
    ("metre", "The bass hits all six beats of the break."),
    ("metre", "The drummer counts in four, and the band is off."),
    ("key", "The melody rises a fourth and falls back."),
    ("key", "The bass drops a whole step at the end of each phrase."),
    ("key", "The guitars are tuned down a half step."),
    ("key", "The song takes on a tone of regret."),
    ("key", "He plays harmonica in A."),
    ("key", "The key to its charm never changes: the bass."),
    ("key", "There is no key instrument; everyone leads."),
    ("key", "You get F sharp and C sharp minor first, then D, A and E."),
    ("key", "Over a B flat major pad she hums."),
    ("chords", "Two chords in, the drums arrive."),
    ("chords", "Four chords later he stops."),
    ("chords", "The violins settle on F sharp and A above a low C."),
    ("chords", "The bass walks from G down to E."),
    ("metre", "The choir sings in three parts."),
    ("metre", "Snare on two and four."),
    ("metre", "It is told in three acts, and in two languages."),
    ("metre", "The bass plays eight to the bar."),
    ("metre", "A slow three minutes of regret."),
    ("metre", "In three, two, one, the beat drops."),
    ("metre", "It's the old one-five-six-four."),
)


@pytest.mark.parametrize(
    ("track", "field", "verdict", "sentence"),
    [(*what, sentence) for what, sentences in CLAIMS.items() for sentence in sentences],
)
def test_what_is_claimed_is_read(track, field, verdict, sentence):
    assert said(sentence, TRACKS[track].evidence).get(field) == verdict


@pytest.mark.parametrize(("field", "sentence"), NO_CLAIMS)
def test_what_claims_nothing_is_let_pass(field, sentence):
    assert field not in said(sentence, TRACKS["harbour"].evidence)
