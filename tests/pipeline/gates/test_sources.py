"""Words about metadata, and captions said again: each rule by a table of sentences."""

import pytest

from pipeline.gates import named_source, restated

TELLS = (
    "The metadata gives D minor.",
    "According to the metadata, the tempo is 120 BPM.",
    "As given in the data, the key is C major.",
    "From the data I gather that the chords move in fifths.",
    "Based on the provided information, it is a waltz.",
    "Judging from the description, a piano leads.",
    "The caption mentions a choir, so there must be voices.",
    "The synopsis says that it is folk.",
    "The chord list reveals a recurring progression.",
    "As stated in the caption, the mix is warm.",
    "The provided lyrics speak of the sea.",
    "The detected key is F.",
    "With an estimated tempo of 93 BPM it moves slowly.",
    "It is in 4/4 (time signature not explicitly listed).",
    "Full lyrics are unavailable, so the theme stays open.",
    "The lyrics are not available.",
    "No lyrics are known, so it may be instrumental.",
    "The key is listed as G major.",
    "The track is tagged as jazz.",
    "I was told that a woman sings.",
    "The ground truth is 4/4.",
    "Chordino hears a C here.",
    "This matches the annotated downbeats.",
    "The entry for the tempo shows 100.",
    "The measurements confirm a loud chorus.",
    "In line with the given facts, the bridge is short.",
    "The transcript reads like a love song.",
    "The lyrics sheet states the line twice.",
    "The description clearly indicates a samba.",
    "As listed in the tags, it is techno.",
    "The genre is not specified.",
    "The dataset labels it as rock.",
)
HEARD = (
    "The rhythm is provided by a drum kit, and the bass follows.",
    "According to the ear, the pulse is steady.",
    "The third of the chord is not given until the cadence.",
    "Based on the tonic, the line climbs a sixth.",
    "The voice describes a journey; the caption of the story is loss.",
    "As noted before, the hi-hats open in the chorus.",
    "She sings of information and noise.",
    'The hook says "the data is in the cloud, according to the metadata".',
    "The entry of the voice is at 0:42.",
    "The entry of the brass shows how the arrangement grows.",
    "A field recording opens the track.",
    "The recorded sound is dry, as if close to the microphone.",
    "The chords are a list of fifths, one after the other.",
    "The key feels like D minor, and the tempo like 120 BPM.",
    "Given the slow pulse, the harmony changes once a bar.",
    "The melody suggests a question that the bass answers.",
    "In the notes of the bass I hear a descending fourth.",
    "The prompt attack of the piano makes it clear.",
    "There is no information overload here: two voices and a drum.",
    "The mix is not overly loud, never harsh.",
    "The tag at the end repeats the hook.",
    "The transcription of a folk tune for strings sounds like this.",
    "The last section is marked by a fade.",
    "It is not a waltz, since there are four beats in a bar.",
    "Taken together, these observations make the description.",
    "With this analysis in mind, I can capture the track in one caption.",
    "The facts of love are told plainly.",
    "The bass is reported to the left of the stage.",
    "Its title line returns in each chorus.",
)


@pytest.mark.parametrize("text", TELLS)
def test_what_tells_of_metadata_is_found(text):
    assert named_source(text)


@pytest.mark.parametrize("text", HEARD)
def test_what_is_told_as_heard_is_left_alone(text):
    assert named_source(text) is None


CAPTION = (
    "This track is a slow waltz in D minor for strings and harp. It moves at about 84 beats per "
    "minute in 3/4, and the cello carries the melody while the violins answer in thirds."
)


@pytest.mark.parametrize(
    ("text", "is_restated"),
    [
        (CAPTION, True),
        (CAPTION.split(". ")[1], True),
        (f"I hear it so: {CAPTION.lower()} So it goes.", True),
        ("The pulse is about 84 beats per minute, and three of them make a bar.", False),
        (
            "A cello sings; above it violins move in thirds, and the whole sways like a dance.",
            False,
        ),
        ("In D minor.", False),
        ("", False),
    ],
)
def test_a_caption_in_its_own_words_is_restated(text, is_restated):
    assert (restated(text, CAPTION) is not None) == is_restated
