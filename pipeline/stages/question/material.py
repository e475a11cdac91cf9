"""What may be asked about: the facts of a track that are known and sure, by their names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.engine.stage import Batch
from pipeline.prompts import clean
from pipeline.stages.describe.facts import has_no_main_key, scale_words, sure_tonic
from pipeline.stages.describe.rhythm import stated_rhythm
from pipeline.stages.describe.sections import stated_sections
from pipeline.stages.describe.sound import stated_sound
from pipeline.stages.describe.sure import sure_chords
from schemas.captions import RichCaption, SegmentCaption
from schemas.chords import NO_CHORD, chord_symbol
from schemas.facts import Chord, KeySection, MusicFacts
from schemas.lyrics import Lyrics, SungLine
from schemas.qa import Skill
from schemas.sections import MaxWrong
from schemas.tracks import Segment

EVIDENCE: dict[str, tuple[Skill, ...]] = {
    "duration": ("temporal", "attributes", "structure"),
    "tempo": ("attributes", "temporal", "structure"),
    "either_bpm": ("attributes",),
    "metre": ("attributes", "structure"),
    "either_beats_per_bar": ("attributes",),
    "key": ("attributes", "harmony"),
    "scale": ("attributes", "harmony"),
    "tonic": ("attributes", "harmony"),
    "key_sections": ("temporal", "harmony", "structure"),
    "chords": ("temporal", "harmony", "structure"),
    "numerals": ("harmony",),
    "progressions": ("harmony", "structure"),
    "loudness": ("attributes",),
    "sections": ("temporal", "structure"),
    "instruments": ("attributes",),
    "voice": ("attributes",),
    "levels": ("temporal", "structure"),
    "impressions": ("temporal", "attributes", "structure"),
    "caption": ("attributes", "structure"),
    "lyrics": ("lyrics", "temporal"),
    "hearing": ("temporal", "attributes", "harmony", "lyrics", "structure"),
}
"""Names of facts that a question can rest on, and the skills they can support."""
_EITHER = ("either_bpm", "either_beats_per_bar")
_FEWEST_CHORDS = 8
"""As `question.max_prompt_chords` may be."""


@dataclass(frozen=True)
class Material:
    """A track as questions see it.

    Attributes
    ----------
    track_id : str
    duration_s : float
    facts : MusicFacts
    levels : sequence of Segment
        Windows that are not silent.
    lines : sequence of SungLine
        Empty where no words are known.
    known : dict
        What is known and sure, as JSON values, by a name of `EVIDENCE`.
    max_wrong : MaxWrong
        What was sure enough.
    """

    track_id: str
    duration_s: float
    facts: MusicFacts
    levels: Sequence[Segment]
    lines: Sequence[SungLine]
    known: dict[str, Any]
    max_wrong: MaxWrong

    @property
    def chords(self) -> list[Chord]:
        """The chords, without the stretches that have none."""
        return [each for each in self.facts.chords or [] if each.label != NO_CHORD]

    def is_sure(self, chord: Chord) -> bool:
        """Whether a chord may be asked about."""
        return chord.q_value <= self.max_wrong.chords

    @property
    def bar_starts_s(self) -> list[float]:
        """Where bars begin; empty where the metre is not sure."""
        beats = self.facts.beats or [] if "metre" in self.known else []
        return [each.time_s for each in beats if each.bar_position == 1]


def sung_lines(batch: Batch) -> dict[str, list[SungLine]]:
    """Lines of every track by track id, in order of time; empty where no words are known."""
    found: dict[str, list[SungLine]] = {each.track.track_id: [] for each in batch.tracks}
    for lyrics in batch.of(Lyrics):
        found[lyrics.track_id] = list(lyrics.lines or ())
    return found


def materials(batch: Batch) -> dict[str, Material]:
    """What may be asked about every described track of a batch, by track id."""
    facts, descriptions = batch.by_track(MusicFacts), batch.by_track(RichCaption)
    segments, captions = batch.by_track(Segment), batch.by_track(SegmentCaption)
    words = sung_lines(batch)
    return {
        track_id: gather(
            facts[track_id][0],
            segments[track_id],
            captions[track_id],
            rich[0],
            words[track_id],
            batch.sure.max_wrong,
        )
        for track_id, rich in descriptions.items()
        if facts[track_id] and rich
    }


def shown_known(
    material: Material, max_chords: int, span: tuple[float, float] | None = None
) -> dict[str, Any]:
    """What is known, as the data of a prompt.

    Parameters
    ----------
    material : Material
    max_chords : int
        Of more, those that last longest are shown, in order of time.
    span : (float, float), optional
        A stretch, s, whose chords go before all others.
    """
    shown = dict(material.known)
    if len(shown.get("chords", ())) > max_chords:
        start_s, end_s = span or (0.0, 0.0)

        def less_needed(each: dict[str, Any]) -> tuple[bool, float]:
            is_outside = each["to_s"] < start_s or each["from_s"] > end_s
            return span is not None and is_outside, each["from_s"] - each["to_s"]

        some = sorted(shown["chords"], key=less_needed)[:max_chords]
        shown["chords"] = sorted(some, key=lambda each: float(each["from_s"]))
    return shown


def fewer_chords(material: Material, max_chords: int) -> int | None:
    """Half the chords that `shown_known` shows; None where there are few already."""
    n = min(max_chords, len(material.known.get("chords", ()))) // 2
    return n if n >= _FEWEST_CHORDS else None


def gather(
    facts: MusicFacts,
    segments: Sequence[Segment],
    captions: Sequence[SegmentCaption],
    description: RichCaption,
    lines: Sequence[SungLine],
    max_wrong: MaxWrong,
) -> Material:
    """All that may be asked about a track.

    Parameters
    ----------
    facts : MusicFacts
    segments, captions : sequence
        In order of time.
    description : RichCaption
        What it withheld as unsure is not asked about either.
    lines : sequence of SungLine
        In order of time.
    max_wrong : MaxWrong
        What is less sure is not asked about

    Returns
    -------
    Material
    """
    unsure = {each.field for each in description.withheld}
    levels = [each for each in segments if not each.is_silent and each.rms_dbfs is not None]
    known: dict[str, Any] = {"duration": round(facts.duration_s, 1)}
    known |= _measured(facts, unsure, max_wrong)
    if len(levels) > 1:
        known["levels"] = [
            _span(each.start_s, each.end_s) | {"level_dbfs": round(each.rms_dbfs or 0.0, 1)}
            for each in levels
        ]
    if captions:
        known["impressions"] = [
            _span(each.start_s, each.end_s) | {"heard": each.caption} for each in captions
        ]
    known["caption"] = description.caption
    if "lyrics" in unsure:
        lines = ()
    if sections := stated_sections(facts, lines or None, max_wrong):
        known["sections"] = sections
    sound = stated_sound(facts, max_wrong)
    known |= {name: sound[name] for name in ("instruments", "voice") if name in sound}
    if lines:
        known["lyrics"] = [_sung(each) for each in lines]
    return Material(
        facts.track_id,
        facts.duration_s,
        facts,
        levels,
        lines,
        {k: clean(known[k]) for k in known},
        max_wrong,
    )


def _measured(facts: MusicFacts, unsure: set[str], max_wrong: MaxWrong) -> dict[str, Any]:
    has_keys = facts.key is not None and not unsure & {"key", "key_sections"}
    known = _rhythm(facts, unsure) | _tonality(facts, unsure, has_keys=has_keys)
    known |= _coarse(facts, max_wrong)
    known |= _harmony(facts, max_wrong, has_keys=has_keys)
    if facts.loudness:
        known["loudness"] = {
            "integrated_lufs": round(facts.loudness.integrated_lufs, 1),
            "range_lu": round(facts.loudness.loudness_range_lu, 1),
        }
    return known


def _coarse(facts: MusicFacts, max_wrong: MaxWrong) -> dict[str, Any]:
    """What stays sure of a tempo, a metre or a key that is not."""
    rhythm = stated_rhythm(facts, max_wrong)
    known: dict[str, Any] = {n: rhythm[n] for n in _EITHER if n in rhythm}
    if tonic := sure_tonic(facts, max_wrong.key):
        known["tonic"] = tonic.name
    return known


def _rhythm(facts: MusicFacts, unsure: set[str]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    if facts.tempo and "tempo" not in unsure:
        known["tempo"] = {"bpm": round(facts.tempo.bpm, 1)}
        if len(facts.tempo.sections) > 1:
            known["tempo"]["sections"] = [
                _span(each.start_s, each.end_s) | {"bpm": round(each.bpm, 1)}
                for each in facts.tempo.sections
            ]
    if facts.metre and "metre" not in unsure:
        known["metre"] = {"beats_per_bar": facts.metre.beats_per_bar}
    return known


def _tonality(facts: MusicFacts, unsure: set[str], *, has_keys: bool) -> dict[str, Any]:
    known: dict[str, Any] = {}
    sections = facts.key_sections or []
    if facts.key and "key" not in unsure and not has_no_main_key(sections, facts.key):
        known["key"] = {"tonic": facts.key.tonic, "mode": facts.key.mode}
    if has_keys and len({(each.tonic, each.mode) for each in sections}) > 1:
        known["key_sections"] = [_key_section(each) for each in sections]
    if facts.scale and "scale" not in unsure:
        known["scale"] = {"tonic": facts.scale.tonic, "name": scale_words(facts.scale)}
    return known


def _harmony(facts: MusicFacts, max_wrong: MaxWrong, *, has_keys: bool) -> dict[str, Any]:
    known: dict[str, Any] = {}
    chords = sure_chords(facts.chords or [], max_wrong.chords)
    if chords:
        known["chords"] = [_chord(each, with_numeral=has_keys) for each in chords]
    if has_keys and any(each.roman for each in chords):
        known["numerals"] = list(dict.fromkeys(each.roman for each in chords if each.roman))
    if has_keys and facts.progressions:
        known["progressions"] = [
            {"numerals": "-".join(each.numerals), "times": each.count}
            for each in facts.progressions
        ]
    return known


def _chord(chord: Chord, *, with_numeral: bool) -> dict[str, Any]:
    stated = _span(chord.start_s, chord.end_s) | {"chord": chord_symbol(chord.label)}
    return stated | ({"numeral": chord.roman} if with_numeral and chord.roman else {})


def _key_section(section: KeySection) -> dict[str, Any]:
    return _span(section.start_s, section.end_s) | {"tonic": section.tonic, "mode": section.mode}


def _sung(line: SungLine) -> dict[str, Any]:
    loose: dict[str, Any] = {} if line.is_timed else {"exact": False}
    return _span(line.start_s, line.end_s) | {"words": line.text} | loose


def _span(start_s: float, end_s: float) -> dict[str, Any]:
    return {"from_s": round(start_s, 1), "to_s": round(end_s, 1)}
