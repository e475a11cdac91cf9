"""Songs of a style: a form of letters, each with its own chords, groove and melody."""

from dataclasses import dataclass, replace

import numpy as np

from benchmarks.facts import grooves, players
from benchmarks.facts.metre import Metre
from benchmarks.facts.progressions import Harmony, progression
from benchmarks.facts.score import Bar, Note, Part, Score, Span
from benchmarks.facts.style import Style
from benchmarks.facts.theory import SCALES, TONICS

ROLES = {"I": "intro", "A": "verse", "B": "chorus", "C": "bridge", "D": "solo", "O": "outro"}

_LAYERS = {
    "intro": {"comp"},
    "verse": {"comp", "bass", "drums", "lead"},
    "chorus": {"comp", "bass", "drums", "lead", "pad"},
    "bridge": {"comp", "bass", "pad", "lead"},
    "solo": {"comp", "bass", "drums", "solo"},
    "outro": {"comp", "bass"},
}
"""Who plays in each part of a song."""

SHORT_FORMS = ("A", "AB", "AAB", "IAB", "ABA", "ABC", "AA'", "BAB", "ABO", "AB'")


@dataclass(frozen=True)
class Material:
    """What one letter is made of: chords by bar, a groove, patterns, a melody."""

    bars: list[list[Harmony]]
    groove: grooves.Groove | None
    comp_kind: str
    comp_steps: str
    order: tuple[int, ...]
    bass_kind: str
    bass_steps: str
    melody: list[Note]


@dataclass(frozen=True)
class Band:
    """Players of a score, by the part that each plays."""

    comp: int
    bass: int
    pad: int | None
    lead: int | None
    solo: int | None
    drums: int | None


def compose(style: Style, family: str, rng: np.random.Generator, *, length_s: float,
            forms: tuple[str, ...] = SHORT_FORMS, key: tuple[int, str] | None = None,
            metre: Metre | None = None, bpm: float | None = None) -> Score:  # fmt: skip
    """A song of about a length, in one key, with all of its truth."""
    metre = metre or _metre(style, rng)
    bpm = bpm or float(rng.uniform(*style.bpm))
    tonic, mode = key or (int(rng.integers(12)), str(rng.choice(style.modes)))
    form = _letters(str(rng.choice(forms)))
    bars_wanted = length_s / 60 * bpm * metre.beat_q / metre.bar_q
    per_section = 12 if style.language == "blues" else _section_bars(bars_wanted, len(form))
    form = form[: max(1, round(bars_wanted / per_section))]
    score = Score(family, "", style.name, bpm, [], instrumentation="band")
    score.keys = [Span(0, 0, (TONICS[tonic], mode))]
    score.key_source = "composed"
    score.scale = (mode, sorted((tonic + step) % 12 for step in SCALES[mode]))
    score.chords, score.sections = [], []
    if style.swing:
        score.swing = float(rng.uniform(*style.swing))
    band = _hire(score, style, rng)
    materials: dict[str, Material] = {}
    for letter in form:
        root = materials.get(letter[0])
        if letter not in materials and root:  # A': the chords of A under another melody
            melody = players.lead(band.lead or 0, root.bars, tonic, mode, metre, rng)
            materials[letter] = replace(root, melody=melody)
        elif letter not in materials:
            materials[letter] = _material(style, tonic, mode, metre, per_section, band, rng)
        _play_section(score, band, letter, materials[letter], metre, rng)
    score.keys = [Span(0, score.end_q, (TONICS[tonic], mode))]
    return score


def _letters(form: str) -> list[str]:
    """The letters of a form; a prime goes with its letter."""
    return form.replace("'", "' ").replace("", " ").replace(" '", "'").split()


def _section_bars(bars: float, sections: int) -> int:
    """4, 8 or 16 bars, the nearest that lets a form take a length."""
    return min((4, 8, 16), key=lambda n: abs(np.log(n * sections / bars)))


def _metre(style: Style, rng: np.random.Generator) -> Metre:
    numerator, denominator, *groups = style.metres[int(rng.integers(len(style.metres)))]
    return Metre(numerator, denominator, tuple(groups) or None)


def _hire(score: Score, style: Style, rng: np.random.Generator) -> Band:
    def player(programs: tuple[int, ...], chance: float = 1.0) -> int | None:
        if rng.random() >= chance:
            return None
        return score.add(Part(int(rng.choice(programs))))

    return Band(
        comp=player(style.comp_programs) or 0,
        bass=player(style.bass_programs) or 0,
        pad=player((48, 49, 50, 51, 52, 88, 89, 91, 94, 16, 18, 61), style.pad_chance),
        lead=player(style.lead_programs, style.lead_chance),
        solo=player(style.lead_programs),
        drums=None if style.groove == "none" else score.add(Part(0, is_drums=True)),
    )


def _material(style: Style, tonic: int, mode: str, metre: Metre, bars: int, band: Band,
              rng: np.random.Generator) -> Material:  # fmt: skip
    chords = progression(tonic, mode, style.language, int(rng.choice(style.sizes)), rng)
    per_bar = (
        2 if metre.beats_per_bar == 4 and style.language != "blues" and rng.random() < 0.25 else 1
    )
    phrase = [chords[i * per_bar % len(chords) : i * per_bar % len(chords) + per_bar]
              for i in range(bars)]  # fmt: skip
    comp_kind, bass_kind = str(rng.choice(style.comp)), str(rng.choice(style.bass))
    comp_steps = "" if comp_kind == "arp" else players.steps_of(comp_kind, metre, rng)
    rhythms = {"fifths": "beats", "walking": "beats", "octaves": "eighths"}
    return Material(
        bars=phrase,
        groove=_groove(style, metre, rng),
        comp_kind=comp_kind,
        comp_steps=comp_steps,
        order=tuple(int(n) for n in rng.permutation([0, 1, 2, 3, 2, 1])),
        bass_kind=bass_kind,
        bass_steps=players.steps_of(rhythms.get(bass_kind, bass_kind), metre, rng),
        melody=players.lead(band.lead or 0, phrase, tonic, mode, metre, rng),
    )


def _groove(style: Style, metre: Metre, rng: np.random.Generator) -> grooves.Groove | None:
    if style.groove == "none":
        return None
    if style.groove == "metre":
        return grooves.of_metre(metre, rng)
    pool = grooves.GROOVES[style.groove]
    return pool[int(rng.integers(len(pool)))]


def _play_section(score: Score, band: Band, letter: str, material: Material, metre: Metre,
                  rng: np.random.Generator) -> None:  # fmt: skip
    role = ROLES[letter[0]]
    layers = _LAYERS[role]
    first_q = score.end_q if score.bars else 0.0
    velocity = {"chorus": 84, "intro": 66, "outro": 66, "bridge": 70}.get(role, 74)
    for index, harmonies in enumerate(material.bars):
        start_q = first_q + index * metre.bar_q
        score.bars.append(Bar(start_q, metre.bar_q, metre))
        _tell_chords(score, harmonies, start_q, metre.bar_q)
        _play_comp(score, band.comp, material, harmonies, start_q, metre, velocity)
        if "pad" in layers and band.pad is not None:
            score.notes += players.chords(band.pad, harmonies, "x", start_q, metre.bar_q, 60, 58)
        if "bass" in layers:
            score.notes += players.bass(band.bass, material.bass_kind, harmonies,
                                        material.bass_steps, start_q, metre, rng)  # fmt: skip
        if "drums" in layers and band.drums is not None and material.groove:
            _play_drums(score, band.drums, material.groove, index == len(material.bars) - 1,
                        start_q, metre, rng)  # fmt: skip
    who = band.solo if "solo" in layers else band.lead if "lead" in layers else None
    if who is not None:
        score.notes += [replace(note, part=who, onset_q=note.onset_q + first_q)
                        for note in material.melody]  # fmt: skip
    score.sections = [*(score.sections or []), Span(first_q, score.end_q, (letter, role))]


def _play_comp(score: Score, part: int, material: Material, harmonies: list[Harmony],
               start_q: float, metre: Metre, velocity: int) -> None:  # fmt: skip
    if material.comp_kind == "arp":
        step_q = metre.beat_q / (3 if metre.is_compound else 2)
        if metre.beat_q == 0.5:
            step_q = 0.5
        score.notes += players.arpeggio(part, harmonies, material.order, start_q, metre.bar_q,
                                        step_q, 55, velocity)  # fmt: skip
    else:
        score.notes += players.chords(part, harmonies, material.comp_steps, start_q, metre.bar_q,
                                      55, velocity)  # fmt: skip


def _play_drums(score: Score, part: int, groove: grooves.Groove, is_last: bool, start_q: float,
                metre: Metre, rng: np.random.Generator) -> None:  # fmt: skip
    hits = list(grooves.bar_of(groove, part, start_q, metre.bar_q, rng))
    if is_last and metre.bar_q >= 3 and rng.random() < 0.6:
        fill = list(grooves.fill_of(part, start_q, metre.bar_q, rng))
        hits = [hit for hit in hits if hit.onset_q < fill[0].onset_q - 1e-6] + fill
    score.notes += hits


def _tell_chords(score: Score, harmonies: list[Harmony], start_q: float, bar_q: float) -> None:
    length_q = bar_q / len(harmonies)
    spans = score.chords or []
    for index, harmony in enumerate(harmonies):
        at_q = start_q + index * length_q
        if spans and spans[-1].value == harmony.label:
            spans[-1] = Span(spans[-1].start_q, at_q + length_q, harmony.label)
        else:
            spans.append(Span(at_q, at_q + length_q, harmony.label))
    score.chords = spans
