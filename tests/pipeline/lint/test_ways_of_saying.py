"""Ways of saying a thing that the lint did not read before the eighth and the ninth tuning."""

import pytest

from tests.pipeline.lint.prose import TRACKS, said

CLAIMS = {
    ("dune", "vocals", "contradicted"): (
        "The verses are delivered in a raspy tone.",
        "She delivers the verses with passion.",
        "A spoken word passage opens the song.",
        "It is a duet.",
        "The a cappella opening is striking.",
    ),
    ("dune", "vocals", "supported"): (
        "I cannot hear a voice.",
        "It is a wordless track.",
    ),
    ("dune", "duration", "contradicted"): (
        "The whole song takes 3 minutes.",
        "It takes 3:10 from start to finish.",
        "The song lasts from 0:00 to 3:10.",
        "The song runs from 0:00 to 3:10.",
    ),
    ("dune", "time", "supported"): (
        "In the last 30 seconds, it fades.",
        "A minute in, the bass enters.",
        "A minute and a half in, the bass enters.",
    ),
    ("dune", "chords", "contradicted"): ("At 1:05, the chord changes to F.",),
    ("dune", "loudness", "supported"): ("It has little dynamic range.",),
    ("harbour", "name", "contradicted"): (
        "The performer is Frank Hill.",
        "Frank Hill is the singer.",
        'The music of "Blue Moon" is gentle.',
        "The singer's name is Frank Hill.",
        "Blue Moon is a gentle song.",
        '"Blue Moon" features a woman\'s voice.',
        '"Blue Moon" is sung by a woman.',
        'As "Blue Moon" unfolds, it grows.',
        'Listening to "Blue Moon", I feel calm.',
    ),
    ("dune", "tempo", "contradicted"): (
        "As for the tempo, it's 60.",
        "The energy and the tempo rise in the middle.",
        "The tempo begins to climb at 2:00.",
        "Midway, the tempo doubles.",
        "The tempo of the song is usually around 90 BPM.",
        "At 1:05, it goes on in free time.",
    ),
    ("dune", "tempo", "supported"): (
        "The tempo never wavers.",
        "The groove is steady.",
        "The song has a steady groove.",
        "The track is high-tempo.",
        "It does not speed up or slow down.",
    ),
    ("glacier", "tempo", "supported"): (
        "It has neither beat nor metre.",
        "The tempo is not fixed.",
        "The tempo is not steady.",
        "The tempo is undefined.",
        "There is no specific tempo.",
        "The song doesn't have a specific BPM.",
        "The tempo is non-existent.",
        "It has no rhythm or beat.",
    ),
    ("hangar", "tempo", "contradicted"): (
        "The tempo remains 136 BPM for the entire track.",
        "It is 108 BPM from beginning to end.",
        "The tempo consistently stays at 136 BPM.",
        "The song maintains 108 BPM all the way through.",
        "The tempo increases from 0:00 to 3:32.",
    ),
    ("comet", "key", "supported"): (
        "It modulates up a whole tone.",
        "The key of the song changes at 2:38.",
    ),
    ("comet", "key", "contradicted"): (
        "The song never leaves F# major.",
        "It remains in F# major the entire time.",
        "The key is consistently F# major.",
        "The key changes twice.",
        "The song stays in F# major from beginning to end.",
        "It is in F# major the whole way.",
    ),
    ("saudade", "vocals", "contradicted"): (
        "The recording is instrumental fado.",
        "The song is described as instrumental.",
        "It contains only instruments.",
    ),
    ("harbour", "chords", "contradicted"): ("They are all major chords.",),
    ("harbour", "loudness", "contradicted"): (
        "The LUFS is -14.",
        "The LUFS level is -14.",
    ),
    ("harbour", "key", "contradicted"): (
        "The chords point to D minor.",
        "The chords tell us it's D minor.",
        "These chords are commonly associated with the D minor key.",
    ),
    ("ticker", "vocals", "contradicted"): (
        "A chorus of voices answers him.",
        "Rapping occurs in the bridge.",
        "The instruments are a woman's voice, banjo and harmonica.",
    ),
    ("gable", "name", "contradicted"): (
        "The Millpond Sisters sing about a heron.",
        "The performers are Orquesta Bahía Honda.",
        "Max McCracken composed it.",
        "The voice is of Ines Aldana.",
    ),
    ("letter", "key", "contradicted"): (
        "It has a melody that is in key C.",
        "It starts on the G flat (G#) key.",
    ),
    ("gable", "duration", "contradicted"): (
        "The track comes to 3:40 in all.",
        "It wraps up after 4 minutes and 11 seconds.",
        "At 4:09, the song is longer than most.",
        "The song fades out at 4:00.",
    ),
    ("gable", "time", "contradicted"): (
        "In the 4th minute, the organ enters.",
        "The end of the recording is around 2 minutes and 54 seconds.",
        "At the two and a half minute mark, the solo starts.",
    ),
    ("gable", "chords", "contradicted"): ("It has a melody that changes between C, F and Em.",),
    ("gable", "chords", "supported"): ("The chords used are a mix of major and minor chords.",),
    ("gable", "key", "contradicted"): ("D major is the home key.", "It has no clear key."),
    ("awakening", "key", "supported"): (
        "The key is not clear.",
        'The key description states: "key: not clear".',
        "The track is not in a specific key.",
    ),
    ("mountain", "key", "supported"): (
        'The key is given as "A minor".',
        "The tonic is A and the mode minor.",
        "At no point does the key change.",
    ),
    ("mountain", "key", "contradicted"): (
        "The music is centered on D.",
        "The song moves to a different key in the middle.",
        "The key goes from minor to major.",
    ),
    ("millpond", "tempo", "contradicted"): (
        "The BPM remains consistent at 144.3.",
        "The tempo holds steady at around 120.",
        "The BPM stays the same at 120.",
        "BPM - 120",
        "The tempo is in the 120s.",
        "This song is known for its changing tempo.",
        "The music is characterized by an uneven, changing tempo.",
        "In its middle, the melody and rhythm gradually slow down.",
        "At 1:05, the music becomes more intense, with a higher tempo.",
        "At 1:05, the music slows to a gentle pace.",
    ),
    ("millpond", "tempo", "supported"): (
        "At no point does the tempo change.",
        "Tempo changes: none.",
        "This is a slow, gentle folk song.",
        "**Identifying Tempo Changes**: I notice that the tempo does not change.",
    ),
    ("millpond", "metre", "contradicted"): (
        "The rhythm is that of a waltz.",
        "The beats are grouped in threes.",
    ),
    ("trolley", "vocals", "contradicted"): ("They sing together.",),
    ("trolley", "vocals", "supported"): (
        "The singing is listed as none.",
        "It relies entirely on instruments.",
        "The recording does not mention any singing.",
    ),
    ("trolley", "name", "contradicted"): (
        "Inevitable is a swing song with a tempo of 140 BPM.",
        "The voice is that of John Smith.",
    ),
}
NO_CLAIMS = (
    ("gable", "metre", "It is a waltz."),
    ("gable", "key", "The key of C major is a very popular key for pop songs."),
    ("gable", "key", "In a minor scale, the notes create a sense of sadness."),
    ("gable", "key", "The relative minor of A major is F# minor."),
    ("gable", "chords", "The chord of F major has the notes F, A and C."),
    ("gable", "chords", "Common chords in C major are F and C."),
    ("gable", "tempo", "It is faster than the typical ballad, which is around 70 BPM."),
    ("gable", "tempo", "A BPM of 70 means that there are 70 beats in one minute."),
    ("gable", "tempo", "A slow tempo can create a sense of calm."),
    ("gable", "tempo", "Slow music is relaxing."),
    ("gable", "tempo", "It has elements of both fast and slow music."),
    ("gable", "tempo", "Listen for tempo changes."),
    ("gable", "tempo", "**Identifying Tempo Changes**: I would listen again."),
    ("trolley", "vocals", "Consider the presence of singing"),
    ("trolley", "vocals", "Listen for a voice."),
    ("trolley", "vocals", "Listen to the vocals, if there are any."),
    ("trolley", "vocals", "Step 1: Listen for singing."),
    ("trolley", "vocals", "Singing: The trumpet carries the melody."),
    ("trolley", "vocals", "Singing is the act of making music with the voice."),
    ("trolley", "vocals", "Vocals are often an important part of a song."),
    ("trolley", "vocals", "Jazz singers often improvise."),
    ("trolley", "vocals", "In swing music, vocals are common."),
    ("trolley", "vocals", "The song is sung by the trumpet and clarinet sections."),
    ("trolley", "vocals", "The lead voice is the trumpet."),
    ("lacquer", "tempo", "The recording is in a slow, melodic key."),
    (
        "letter",
        "chords",
        "It is in G major, and the chords that work well in the key of G include F and C.",
    ),
    ("letter", "vocals", "The lyrics are mentioned."),
    ("dune", "vocals", "The voices used are synthesizers."),
    ("harbour", "tempo", "The melody and the rhythm are consistent with the style."),
    ("dune", "vocals", 'The "singing" field is mentioned as "none".'),
    ("harbour", "tempo", "A tempo of 120 BPM is common in pop."),
    ("harbour", "chords", "A dominant seventh chord wants to resolve."),
    ("trolley", "vocals", "**Identifying the Voice Type**"),
    ("trolley", "vocals", "### Step 3: Singing"),
    ("trolley", "vocals", "2. **Vocals**"),
    ("trolley", "vocals", "There is mention of singing, but no information about the singer."),
    ("trolley", "vocals", "The only mention of voice in the description is scarce."),
    ("trolley", "vocals", "The description mentions a man's voice, but not who he is."),
    ("trolley", "vocals", 'The text mentions "a man\'s voice," which is a common description.'),
    ("trolley", "vocals", "The vocals are not described in detail."),
    ("trolley", "vocals", "Feel free to ask about the singer."),
    ("trolley", "vocals", "The question is about the voice."),
    ("trolley", "vocals", "The voices are distorted guitars, bass, and drums."),
    ("trolley", "vocals", "The voices of the track include banjo and harmonica."),
    ("trolley", "vocals", "There might be singing in the middle."),
    ("trolley", "vocals", "A listener may hear a voice."),
    ("trolley", "vocals", "Soul music relies on powerful vocals."),
    ("trolley", "vocals", "In folk music, the singer tells a story."),
    ("trolley", "vocals", "A singer must keep time."),
    ("trolley", "vocals", "The lyrics of folk songs tell stories."),
    ("gable", "lyrics", 'The voice has a "vibraphone, strings" sound.'),
    ("gable", "tempo", "Swing is known for its strong meter and slow tempo."),
    ("gable", "tempo", "It suits a waltz, which is characterized by a slow tempo."),
    ("gable", "tempo", "This style of music is known for its slow tempo."),
    ("gable", "tempo", "The main features of reggae are its slow tempo and its rhythm."),
    ("gable", "tempo", "Reggae has a slow tempo."),
    ("gable", "tempo", "A slow tempo is common in ambient music."),
    ("gable", "tempo", "A steady beat is important in dance music."),
    ("gable", "tempo", "At 60 BPM, each beat lasts one second."),
    ("gable", "tempo", "Compared with techno, which is at 130 BPM, it is relaxed."),
    ("gable", "tempo", "The tempo may be around 120 BPM."),
    ("gable", "tempo", "Italian terms like adagio and presto describe tempos."),
    ("gable", "metre", "In a waltz, there are three beats in a bar."),
    ("gable", "metre", "Waltz time has three beats in a bar."),
    ("gable", "metre", "It could be in 3/4 or 6/8."),
    ("gable", "key", "The key of a song is determined by its tonic, for example C major."),
    ("gable", "key", "C major is the simplest key."),
    ("gable", "key", "Key changes are common in pop music."),
    ("gable", "key", "Songs in E minor sound dark."),
    ("gable", "chords", "The chords of C major are C, F and Am."),
    ("gable", "chords", "Chords such as Fm and Bb are common in soul."),
    ("gable", "chords", "The chords could be Fm, Bb and Cm."),
    ("gable", "loudness", "A loudness of -14 LUFS is the standard for streaming."),
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


@pytest.mark.parametrize(
    ("field", "answer"),
    [("tempo", "200 BPM"), ("key", "F# major"), ("metre", "7/8")],
)
def test_an_answer_alone_on_its_line_is_no_heading(field, answer):
    evidence = TRACKS["harbour"].evidence
    assert said(f"Which of these is it?\n{answer}", evidence) == {field: "contradicted"}
