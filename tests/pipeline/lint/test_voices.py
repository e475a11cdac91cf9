"""Voices, lines that are sung, and titles, as fluent writers of captions tell them."""

import pytest

from tests.pipeline.lint.prose import TRACKS, said

CLAIMS = {
    ("dune", "vocals", "contradicted"): (
        "Her honeyed alto sits right on the mic.",
        "Vance's grainy tenor leans into every vowel.",
        "An unaccompanied mezzo-soprano opens the piece.",
        "Carried by a tenor as plain as bread, the tune needs little else.",
        "Three brothers harmonise close to the mic.",
        "At 0:31 a man enters, gruff and close.",
        "A young man, half amused, tells the story of a broken van.",
        "She comes in at 0:12, barely above a whisper.",
        "He half-speaks the verses and howls the chorus.",
        "She slides into falsetto for the hook.",
        "The kids shout the answer back.",
        "Every line is answered by the women.",
        "The verses are spat out over a two-note riff.",
        "There's a lovely line about her brother's coat.",
        "With no voice until the second verse, it takes its time.",
        "No singing until 1:02, then all of it at once.",
        "It has a guest verse, rapped at double speed.",
    ),
    ("dune", "vocals", "supported"): (
        "Still not a word, only the harp.",
        "Not a voice anywhere, just tape hiss and piano.",
        "The oboe is the nearest thing to a singer.",
        "I kept waiting for a voice, but none came.",
        "I keep waiting for a singer who never arrives.",
        "Nothing here is sung.",
        "The melody, never sung, belongs to the oboe.",
        "Instrumental from first bar to last.",
        "By 1:10 no voice has come: the track is purely instrumental.",
        "The piece has no need of a singer.",
        "The trumpet does all the singing, without a word.",
    ),
    ("orchard", "lyrics", "supported"): (
        '"Apples in the orchard, bees in the sun" comes back four times.',
        "His plea, 'Tell me is it over or has it begun,' rings out.",
        'A final "Tell me is it over" fades under the strings.',
    ),
    ("orchard", "lyrics", "contradicted"): (
        "A man with a cracked tenor tells us, 'Nobody waits at the station.'",
        'He signs off with "Nobody waits at the station."',
        '"Nobody waits at the station" hits hardest in the bridge.',
        'A male lead calls, "Nobody waits at the station."',
        "The refrain goes, 'Nobody waits at the station",
    ),
    ("orchard", "name", "contradicted"): (
        "'Lanternlight' drifts along at an easy pace.",
        "'Salt in the Wound' builds slowly.",
        'There is a hush at the end of "Lantern at My Window".',
        "Ida Marchetti enters after eight bars.",
    ),
}
NO_CLAIMS = (
    ("dune", "vocals", "He joins in on bongos."),
    ("dune", "vocals", "He purrs along on the Hammond."),
    ("dune", "vocals", "The other guys come in one by one: bass, keys, drums."),
    ("dune", "vocals", "The boys answer with a volley of brass."),
    ("dune", "vocals", "The kids lead the parade with whistles and drums."),
    ("dune", "vocals", "He slips into a swung verse on piano."),
    ("dune", "vocals", "He builds to a scream of feedback."),
    ("dune", "vocals", "The refrain is murmured by the cellos."),
    ("dune", "vocals", "The chorus is shouted down by the drums."),
    ("dune", "vocals", "The second chorus enters with cymbals."),
    ("dune", "vocals", "It begs for a rapper."),
    ("dune", "vocals", "It leaves me without a word."),
    ("dune", "vocals", "It has no voice of its own."),
    ("dune", "vocals", "All instrumental parts were recorded live."),
    ("dune", "vocals", "Not a soul sings its praises."),
    ("dune", "vocals", "The theremin is the nearest thing to a voice in the orchestra."),
    ("dune", "vocals", "The mood shifts to a darker tenor."),
    ("dune", "lyrics", '"This is the sound of a city waking" writes one critic.'),
    ("dune", "lyrics", 'The man at the shop told me "You will play this twice a day".'),
    ("dune", "lyrics", 'After "The long road back to you" comes this quieter piece.'),
    ("dune", "lyrics", 'The horns answer "Oh yes we are".'),
    ("dune", "name", '"Hypnotic" seems right.'),
    ("dune", "name", "'Raw' works for me."),
    ("dune", "name", "The String Quartet enters at 1:00."),
    ("dune", "name", "Slide Guitar enters in bar nine."),
    ("dune", "name", "Today's production standards are high."),
    ("dune", "vocals", "A smoky tenor sax solo arrives at 1:10."),
    ("dune", "vocals", "A breathy tenor takes sixteen bars over brushed drums and horns."),
    ("dune", "vocals", "A baritone guitar doubles the bass."),
    ("dune", "vocals", "Mezzo-forte strings swell under the piano."),
    ("dune", "vocals", "I picture a woman dancing alone in a kitchen."),
    ("dune", "vocals", "The guitars roar and the bass growls."),
    ("dune", "vocals", "The crowd is screaming and clapping."),
    ("dune", "vocals", "A woman on fiddle answers a man on banjo."),
    ("dune", "vocals", "The guitarist plays, and he enters at 0:20 with a slide."),
    ("dune", "vocals", "It's not a voice but a theremin."),
    ("dune", "vocals", "It's the sort of tune a singer would kill for."),
    ("dune", "vocals", "Something sings, high and glassy, above the drones."),
    ("dune", "vocals", "The chorus comes in at 0:45 with bigger drums."),
    ("dune", "vocals", "A bass line about two bars long returns."),
    ("orchard", "vocals", "In the first bars, nobody sings yet."),
    ("orchard", "lyrics", '"Dark ambient drone with bells" suggests a slow pulse.'),
    ("orchard", "lyrics", 'It moves as if to say "Come in and sit down".'),
    ("orchard", "lyrics", 'The motto might be "Slow and steady wins the race."'),
    ("orchard", "lyrics", 'The drummer calls "One, two, three, four" before the band crashes in.'),
    ("orchard", "lyrics", "'Round midnight is when the players' best work happens."),
    ("orchard", "name", '"Allegro" means fast.'),
    ("orchard", "name", 'The "Bo Diddley" beat drives it.'),
)


@pytest.mark.parametrize(
    ("track", "field", "verdict", "sentence"),
    [(*what, sentence) for what, sentences in CLAIMS.items() for sentence in sentences],
)
def test_what_is_claimed_is_read(track, field, verdict, sentence):
    assert said(sentence, TRACKS[track].evidence).get(field) == verdict


@pytest.mark.parametrize(("track", "field", "sentence"), NO_CLAIMS)
def test_what_claims_nothing_is_let_pass(track, field, sentence):
    assert field not in said(sentence, TRACKS[track].evidence)
