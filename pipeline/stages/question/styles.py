"""The styles of question: what may be asked, and which facts it takes to ask it.

After the list of Music Flamingo's prompt for questions (*Music Flamingo*, figure 22), in our words,
with those that facts alone can answer. Only styles whose facts a recording has are asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.stages.question.material import Material
from schemas.qa import QaType, Skill

HEARING = "hearing"
"""What who hears the recording rests on: no fact, and evidence only of a style that needs it."""


@dataclass(frozen=True)
class Style:
    """A kind of question.

    Attributes
    ----------
    name : str
    skill : Skill
    type : QaType or None
        What an answer is; None where that is the question's form.
    needs : tuple of str
        Names of `EVIDENCE`, of `offered`, or `HEARING`; all of them.
    asks : str
        What is asked, for the prompt.
    """

    name: str
    skill: Skill
    type: QaType | None
    needs: tuple[str, ...]
    asks: str


# fmt: off
STYLES: tuple[Style, ...] = (
    Style("first_chord", "temporal", "chord", ("chords",), "which chord comes first"),
    Style("chord_time", "temporal", "time", ("chords",), "when a chord is first heard"),
    Style("next_chord", "temporal", "chord", ("chords",), "the chord before or after another"),
    Style("last_chord", "temporal", "chord", ("chords",), "the last chord"),
    Style("key_change_time", "temporal", "time", ("key_sections",), "when the key changes"),
    Style("tempo_change", "temporal", "time", ("tempo_changes",), "when the tempo changes"),
    Style("section_start", "temporal", "time", ("sections",), "when a section begins"),
    Style("section_length", "temporal", "time", ("sections",), "how long a section lasts"),
    Style("length", "temporal", "time", ("duration",), "how long the recording lasts"),
    Style("voice_entry", "temporal", "time", ("timed_lyrics",), "when the voice enters"),
    Style("drop", "temporal", "time", (HEARING,), "when the drop or the climax comes"),
    Style("midway", "temporal", None, (HEARING,), "what changes midway, in texture or effects"),
    Style("tempo", "attributes", None, ("tempo",), "the tempo"),
    Style("either_tempo", "attributes", None, ("either_bpm",), "the two tempi it is felt at"),
    Style("metre", "attributes", None, ("metre",), "the metre, and whether it stays"),
    Style("grouping", "attributes", None, ("grouping",), "whether beats go in twos or threes"),
    Style("key", "attributes", None, ("one_key",), "the key"),
    Style("tonic", "attributes", None, ("tonic",), "the tonic, and not whether major or minor"),
    Style("scale", "attributes", None, ("scale",), "the scale or mode"),
    Style("loudness", "attributes", None, ("loudness",), "its loudness and its dynamics"),
    Style("duration", "attributes", "time", ("duration",), "about how long it is"),
    Style("instruments", "attributes", "technique", ("instruments",), "who plays, and how"),
    Style("solo", "attributes", "technique", (HEARING,), "which instrument leads in a stretch"),
    Style("reverb", "attributes", "technique", (HEARING,), "the space: reverb and delay"),
    Style("stereo", "attributes", "technique", (HEARING,), "what is panned, and whereto"),
    Style("pumping", "attributes", "technique", (HEARING,), "side-chain pumping, distortion"),
    Style("feel", "attributes", "technique", (HEARING,), "half-time, syncopation, hemiola"),
    Style("fills", "attributes", "count", (HEARING,), "how many fills or motifs a stretch has"),
    Style("chord_at", "harmony", "chord", ("chords",), "the chord at a moment"),
    Style("numeral_at", "harmony", "chord", ("numerals",), "the Roman numeral of a chord"),
    Style("key_at", "harmony", None, ("key_sections",), "the key of a stretch"),
    Style("modulation", "harmony", None, ("key_sections",), "from which key into which it moves"),
    Style("progression", "harmony", "chord", ("progressions",), "which progression recurs"),
    Style("nth_chord", "harmony", "chord", ("progressions",), "the nth chord of what recurs"),
    Style("most_heard", "harmony", "chord", ("chords",), "the chord that takes most of the time"),
    Style("cadence", "harmony", "chord", ("numerals",), "a cadence: half, authentic, ii-V-I"),
    Style("bass", "harmony", "technique", (HEARING,), "the bass: roots, walking, pedal"),
    Style("line_at", "lyrics", None, ("lyrics",), "which words are sung at a moment"),
    Style("first_line", "lyrics", None, ("lyrics",), "which line comes first, or before another"),
    Style("word_time", "lyrics", "time", ("timed_lyrics",), "when a word or line is first sung"),
    Style("word_count", "lyrics", "count", ("lyrics",), "how often a word or line is sung"),
    Style("theme", "lyrics", None, ("lyrics",), "what the words speak of"),
    Style("voices", "lyrics", "count", ("lyrics", HEARING), "how many voices sing"),
    Style("loudest", "structure", "comparison", ("levels",), "where it is loudest, or swells"),
    Style("levels", "structure", "comparison", ("levels",), "how loud two stretches are"),
    Style("pace", "structure", "comparison", ("chords",), "where chords change faster"),
    Style("keys_compared", "structure", "comparison", ("key_sections",), "first key and last"),
    Style("key_changes", "structure", "count", ("key_sections",), "how many times the key changes"),
    Style("returns", "structure", "time", ("returns",), "when music of before returns"),
    Style("orchestration", "structure", "comparison", (HEARING,), "how two stretches are scored"),
)
# fmt: on
BY_NAME = {style.name: style for style in STYLES}


def suiting(material: Material, *, hears: bool) -> list[Style]:
    """The styles that a recording has the facts for.

    Parameters
    ----------
    material : Material
    hears : bool
        Who asks hears the recording.
    """
    have = offered(material) | ({HEARING} if hears else set())
    return [style for style in STYLES if have.issuperset(style.needs)]


def offered(material: Material) -> set[str]:
    """Names of what is known, and of finer things that it offers."""
    known = material.known
    finer = {
        "one_key": "key" in known and "key_sections" not in known,
        "grouping": "metre" in known or "either_beats_per_bar" in known,
        "tempo_changes": "sections" in known.get("tempo", ()),
        "returns": any("same_music_as_s" in each for each in known.get("sections", ())),
        "timed_lyrics": "lyrics" in known and any(each.is_timed for each in material.lines),
    }
    return set(known) | {name for name, is_there in finer.items() if is_there}


def names_of(styles: Sequence[Style]) -> tuple[str, ...]:
    """Their names, each once."""
    return tuple(dict.fromkeys(style.name for style in styles))
