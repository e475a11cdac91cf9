"""Questions that hearing answers, and those that it does not."""

import pytest

from pipeline.stages.question.hearable import hearing_fault


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Which chord sounds around 1:30?", None),
        ("Which key is the song written in?", None),
        ("At what time does the voice enter?", None),
        ("How many voices sing the last chorus, and who leads them?", None),
        ("Which instrument is recorded closest to the listener?", None),
        ("Is the snare drum sampled or played?", None),
        ("Which line precedes the words 'a tag on my name'?", None),
        ('When is "the artist\'s album" first sung?', None),
        ("Which studio effect widens the guitar after 0:40?", None),
        ("What does the metadata say about the tempo?", "metadata"),
        ("Which genre tag fits best?", "metadata"),
        ("What is the title of the song?", "metadata"),
        ("What is the name of the band?", "metadata"),
        ("Which album is this from?", "metadata"),
        ("Which artist plays the guitar?", "metadata"),
        ("According to the data, which chord is last?", "metadata"),
        ("Which mood does the caption describe?", "metadata"),
        ("Which words of the transcript are sung twice?", "metadata"),
        ("Who wrote the second verse?", "not_hearable"),
        ("Who produced the bridge?", "not_hearable"),
        ("In which year was it recorded?", "not_hearable"),
        ("When was this piece composed?", "not_hearable"),
        ("Where was the live version recorded?", "not_hearable"),
        ("Which film was it written for?", "not_hearable"),
        ("What sample rate does the recording have?", "not_hearable"),
        ("Which brand of synthesizer plays the lead?", "not_hearable"),
        ("Is it an MP3 of a vinyl record?", "not_hearable"),
        ("What is the confidence of the key?", "not_hearable"),
    ],
)
def test_a_question_is_answered_by_hearing_alone(question, reason):
    fault = hearing_fault(question)
    assert (fault and fault[0]) == reason


def test_answers_and_rationales_do_not_speak_of_metadata_but_of_anything_else():
    asked = "Which key is it in?"
    assert hearing_fault(asked, "The metadata lists C major.")[0] == "metadata"
    assert hearing_fault(asked, "It was composed in C major.") is None
