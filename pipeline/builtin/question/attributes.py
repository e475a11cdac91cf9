"""Attribute recognition: tempo, metre, key or scale, loudness."""

from pipeline.builtin.clock import clock
from pipeline.builtin.question.neighbours import wrong_keys
from pipeline.builtin.question.writing import QuestionWriter, Wrong
from pipeline.stages.question.drafts import Draft
from pipeline.stages.question.material import Material

_LEVELS_LUFS = (("very quiet", -30.0), ("quiet", -22.0), ("moderately loud", -15.0))
_LOUDEST = "very loud"
_EDGE_LU = 1.5
_SCALES = ("Major", "Minor", "Dorian", "Phrygian", "Lydian", "Mixolydian")


def _tempo(material: Material, write: QuestionWriter) -> list[Draft]:
    if "tempo" not in material.known:
        return []
    bpm = material.known["tempo"]["bpm"]
    question = write.phrase(
        "Which tempo comes closest to the music's?",
        "About how many beats per minute does the music have?",
        "Tap along: which of these is the tempo?",
    )
    # No half and double tempi: both can be heard in the same music.
    near, far = (0.8, 0.86, 1.16, 1.25), (0.62, 0.7, 1.4, 1.6)
    wrong: list[Wrong] = [(_bpm(bpm * each), "related") for each in near]
    wrong += [(_bpm(bpm * each), "unrelated") for each in far]
    drafts = write.choice("tempo", question, _bpm(bpm), wrong, ["tempo"])
    asked = write.phrase(
        "How fast is the music?", "What is the tempo?", "Estimate the tempo of this recording."
    )
    answer_text = write.phrase(
        "The tempo is about {bpm} beats per minute.",
        "It moves at about {bpm} beats per minute.",
        bpm=round(bpm),
    )
    return drafts + write.open("tempo", asked, answer_text, ["tempo"])


def _bpm(value: float) -> str:
    return f"{round(value)} BPM"


def _metre(material: Material, write: QuestionWriter) -> list[Draft]:
    if "metre" not in material.known:
        return []
    beats = material.known["metre"]["beats_per_bar"]
    question = write.phrase(
        "How many beats are in a bar?",
        "Count from one downbeat to the next: how many beats are there?",
        "Which number of beats per bar fits the metre?",
    )
    # Not its half or double: a bar of four can be counted in two.
    others = [n for n in range(2, 10) if n != beats and n % beats and beats % n]
    wrong: list[Wrong] = [
        (f"{n} beats", "related" if abs(n - beats) == 1 else "unrelated") for n in others
    ]
    drafts = write.choice("metre", question, f"{beats} beats", wrong, ["metre"])
    asked = write.phrase("What is the metre?", "How is the music counted?")
    answer_text = f"There are {beats} beats in a bar."
    return drafts + write.open("metre", asked, answer_text, ["metre"])


def _key(material: Material, write: QuestionWriter) -> list[Draft]:
    if "key" not in material.known or "key_sections" in material.known:
        return []
    tonic, mode = material.known["key"]["tonic"], material.known["key"]["mode"]
    question = write.phrase(
        "In which key is the music?",
        "What is the key of this recording?",
        "Which tonic and mode does the music have?",
    )
    answer = f"{tonic} {mode}"
    drafts = write.choice("key", question, answer, wrong_keys(material, tonic, mode), ["key"])
    asked = write.phrase("Name the key.", "What key would you write this down in?")
    return drafts + write.open("key", asked, f"The key is {answer}.", ["key"])


def _scale(material: Material, write: QuestionWriter) -> list[Draft]:
    if "scale" not in material.known:
        return []
    tonic, name = material.known["scale"]["tonic"], material.known["scale"]["name"].title()
    question = write.phrase(
        "Which scale does the music use?",
        "The music is neither in major nor in minor: in which mode is it?",
    )
    wrong: list[Wrong] = [(f"{tonic} {each}", "related") for each in _SCALES if each != name]
    drafts = write.choice("scale", question, f"{tonic} {name}", wrong, ["scale"])
    return drafts + write.open("scale", question, f"Its scale is {tonic} {name}.", ["scale"])


def _loudness(material: Material, write: QuestionWriter) -> list[Draft]:
    if "loudness" not in material.known:
        return []
    lufs, range_lu = (material.known["loudness"][n] for n in ("integrated_lufs", "range_lu"))
    asked = write.phrase(
        "How loud is the recording as a whole, and how wide is its dynamic range?",
        "Describe the overall loudness and the dynamics of the recording.",
    )
    answer_text = (
        f"The integrated loudness is about {lufs:g} LUFS, and the loudness range is "
        f"{range_lu:g} LU."
    )
    drafts = write.open("loudness", asked, answer_text, ["loudness"])
    if any(abs(lufs - edge) < _EDGE_LU for _, edge in _LEVELS_LUFS):
        return drafts
    words = [name for name, _ in _LEVELS_LUFS] + [_LOUDEST]
    place = sum(lufs >= edge for _, edge in _LEVELS_LUFS)
    wrong: list[Wrong] = [
        (f"{word}", "related" if abs(index - place) == 1 else "unrelated")
        for index, word in enumerate(words)
        if index != place
    ]
    question = write.phrase(
        "At an ordinary setting of the volume, how loud is this recording as a whole?",
        "Which words fit the overall level of the recording best?",
    )
    return drafts + write.choice("loudness", question, words[place], wrong, ["loudness"])


def _duration(material: Material, write: QuestionWriter) -> list[Draft]:
    question = write.phrase(
        "How long is the recording?", "Roughly how many minutes and seconds does it last?"
    )
    answer = f"It lasts {clock(material.duration_s)}."
    return write.open("duration", question, answer, ["duration"])


ATTRIBUTES = (_tempo, _metre, _key, _scale, _loudness, _duration)
