"""Attribute recognition: tempo, metre, key or scale, loudness."""

from typing import get_args

from pipeline.builtin.clock import clock
from pipeline.builtin.question.fair import on_ladder
from pipeline.builtin.question.neighbours import wrong_keys
from pipeline.builtin.question.writing import QuestionWriter, Wrong
from pipeline.stages.question.drafts import Draft
from pipeline.stages.question.material import Material
from schemas.facts import ScaleName
from schemas.harmony import pitch_class, spell_tonic

_LEVELS_LUFS = (("very quiet", -30.0), ("quiet", -22.0), ("moderately loud", -15.0))
_LOUDEST = "very loud"
_EDGE_LU = 1.5
# Ours. All of a ladder's tempi lie within less than half and double, which can be heard, too.
_RUNG, _RUNGS = 1.12, 6
# No number is a multiple of another: a bar of four can be counted in two.
_GROUPS = {2: "in twos", 3: "in threes", 5: "in fives", 7: "in sevens"}
_COUNTED_APART = ((2, 3, 5, 7), (4, 5, 6, 7, 9))


def _tempo(material: Material, write: QuestionWriter) -> list[Draft]:
    if "tempo" not in material.known:
        return []
    bpm = material.known["tempo"]["bpm"]
    question = write.phrase(
        "Which tempo comes closest to the music's?",
        "About how many beats per minute does the music have?",
        "Tap along: which of these is the tempo?",
    )

    def wrong(n: int) -> list[Wrong]:
        return on_ladder(write, n, lambda step: _bpm(bpm * _RUNG**step), _RUNGS)

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
    together = write.one([each for each in _COUNTED_APART if beats in each] or [(beats,)])
    wrong: list[Wrong] = [
        (f"{n} beats", "related" if abs(n - beats) == 1 else "unrelated")
        for n in together
        if n != beats
    ]
    drafts = write.choice("metre", question, f"{beats} beats", wrong, ["metre"])
    asked = write.phrase("What is the metre?", "How is the music counted?")
    answer_text = f"There are {beats} beats in a bar."
    return drafts + write.open("metre", asked, answer_text, ["metre"])


def _either_tempo(material: Material, write: QuestionWriter) -> list[Draft]:
    if "either_bpm" not in material.known:
        return []
    slow, fast = sorted(material.known["either_bpm"])
    question = write.phrase(
        "At which two tempi can the pulse be felt, one twice as fast as the other?",
        "Count slow beats, then twice as many: which two tempi come closest?",
    )

    def wrong(n: int) -> list[Wrong]:
        rungs = lambda step: _two(slow * _RUNG**step, fast * _RUNG**step)  # noqa: E731
        return on_ladder(write, n, rungs, _RUNGS)

    drafts = write.choice("either_tempo", question, _two(slow, fast), wrong, ["either_bpm"])
    bpm, other_bpm = map(round, material.known["either_bpm"])
    answer = f"It moves at about {bpm} beats per minute, or {other_bpm} in "
    answer += "half time." if other_bpm < bpm else "double time."
    asked = "How fast is the music, counted in either of two ways?"
    return drafts + write.open("either_tempo", asked, answer, ["either_bpm"])


def _two(slow: float, fast: float) -> str:
    return f"{round(slow)} or {round(fast)} BPM"


def _grouping(material: Material, write: QuestionWriter) -> list[Draft]:
    known = material.known
    beats = known["metre"]["beats_per_bar"] if "metre" in known else 0
    beats = min(known.get("either_beats_per_bar", [beats]))
    group = next((n for n in _GROUPS if beats in (n, 2 * n) and beats != 6), None)
    if group is None:
        return []
    question = write.phrase(
        "How do the beats group?",
        "Count the beats of a bar in their smallest equal groups: how do they go?",
        "In which groups does one count the beats?",
    )
    wrong: list[Wrong] = [(_GROUPS[n], "related") for n in _GROUPS if n != group]
    evidence = ["metre" if "metre" in known else "either_beats_per_bar"]
    return write.choice("grouping", question, _GROUPS[group], wrong, evidence)


def _tonic(material: Material, write: QuestionWriter) -> list[Draft]:
    if "tonic" not in material.known:
        return []
    question = write.phrase(
        "Which note is the tonic?", "On which note does the music come to rest?"
    )
    wrong: list[Wrong] = [(_note(pitch), "related") for pitch in range(12)]
    answer = _note(pitch_class(material.known["tonic"]))
    return write.choice("tonic", question, answer, wrong, ["tonic"])


def _note(pitch: int) -> str:
    return f"the note {spell_tonic(pitch, 'major')}"


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
    drafts = write.choice(
        "key", question, answer, wrong_keys(material, write, tonic, mode), ["key"]
    )
    asked = write.phrase("Name the key.", "What key would you write this down in?")
    return drafts + write.open("key", asked, f"The key is {answer}.", ["key"])


def _scale(material: Material, write: QuestionWriter) -> list[Draft]:
    if "scale" not in material.known:
        return []
    tonic, name = material.known["scale"]["tonic"], material.known["scale"]["name"]
    question = write.phrase(
        "Which scale does the music use?",
        "The music is neither in major nor in minor: in which mode is it?",
    )
    wrong: list[Wrong] = [(_scale_name(tonic, each), "related") for each in get_args(ScaleName)]
    answer = _scale_name(tonic, name)
    drafts = write.choice("scale", question, answer, wrong, ["scale"])
    return drafts + write.open("scale", question, f"Its scale is {answer}.", ["scale"])


def _scale_name(tonic: str, name: str) -> str:
    return f"{tonic} {name.replace('_', ' ').title()}"


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


ATTRIBUTES = (
    _tempo, _either_tempo, _metre, _grouping, _key, _tonic, _scale, _loudness, _duration,
)  # fmt: skip
