"""What a description must say by measurement: tempo, key, metre, harmony, with equivalents."""

from collections import Counter
from collections.abc import Collection, Sequence

from pipeline.stages.describe.facts import has_no_main_key
from pipeline.stages.describe.rhythm import stated_rhythm
from schemas.chords import NO_CHORD, chord_symbol
from schemas.facts import Chord, Metre, MusicFacts
from schemas.provenance import Unmeasured
from schemas.sections import MaxWrong
from schemas.structured import AcceptedEntry, Category
from schemas.tolerance import TempoTolerance, accepted_keys, tempo_tolerance_bpm

_METRES = {
    2: ["2/4", "2/2", "duple", "cut time", "two beats"],
    3: ["3/4", "triple", "waltz time", "three beats"],
    4: ["4/4", "common time", "quadruple", "four beats"],
    5: ["5/4", "5/8", "quintuple", "five beats"],
    6: ["6/8", "6/4", "compound duple", "six beats"],
    7: ["7/8", "7/4", "septuple", "seven beats"],
}
_MOST_PROGRESSIONS, _MOST_CHORDS = 4, 3


def measured_entries(
    facts: MusicFacts, unsure: Collection[str], tolerance: TempoTolerance, max_wrong: MaxWrong
) -> tuple[list[AcceptedEntry], list[Unmeasured]]:
    """The measured categories of a track.

    Parameters
    ----------
    facts : MusicFacts
    unsure : collection of str
        Facts that the caption's writer was not shown, by their names in `MusicFacts`.
    tolerance : TempoTolerance
    max_wrong : MaxWrong
        Of a tempo or metre that is unsure, either of two counts where both together are sure.

    Returns
    -------
    entries : list of AcceptedEntry
    missing : list of Unmeasured
        Of every category without an entry: ``not_measured`` or ``unsure``.
    """
    has_key = facts.key is not None and not {"key", "key_sections"} & set(unsure)
    rhythm = stated_rhythm(facts, max_wrong)
    either = {
        "bpm": _bpm(rhythm.get("either_bpm", ()), tolerance),
        "metre": _either_metre(rhythm.get("either_beats_per_bar", ())),
    }
    found = {
        "bpm": _bpm([facts.tempo.bpm] if facts.tempo else (), tolerance),
        "key": _key(facts),
        "metre": _metre(facts.metre),
        "theory": _theory(facts, has_key=has_key),
    }
    names = {"bpm": "tempo", "key": "key", "metre": "metre", "theory": "chords"}
    entries, missing = [], []
    for category, name in names.items():
        entry = either.get(category) if name in unsure else found[category]
        if entry is not None:
            entries.append(entry)
        else:
            reason = "not_measured" if found[category] is None else "unsure"
            missing.append(Unmeasured(field=category, reason=reason))
    return entries, missing


def _bpm(tempi_bpm: Sequence[float], tolerance: TempoTolerance) -> AcceptedEntry | None:
    if not tempi_bpm:
        return None
    within_bpm = round(tempo_tolerance_bpm(min(tempi_bpm), tolerance), 2)
    words = [f"{round(each, 1):g} BPM" for each in tempi_bpm]
    return AcceptedEntry(category="bpm", accepted=words, tolerance_bpm=within_bpm, is_measured=True)


def _key(facts: MusicFacts) -> AcceptedEntry | None:
    """The key, or the keys where none lasts longer than the others."""
    if facts.key is None:
        return None
    sections = facts.key_sections or []
    keys = sections if has_no_main_key(sections, facts.key) else [facts.key]
    names = dict.fromkeys(name for key in keys for name in accepted_keys(key.tonic, key.mode))
    return _entry("key", list(names))


def _metre(metre: Metre | None) -> AcceptedEntry | None:
    if metre is None:
        return None
    n_beats = metre.beats_per_bar
    words = [*_METRES.get(n_beats, [f"{n_beats}/4"]), f"{n_beats} beats"]
    return _entry("metre", list(dict.fromkeys([metre.name, *words] if metre.name else words)))


def _either_metre(beats_per_bar: Sequence[int]) -> AcceptedEntry | None:
    words = [word for n in beats_per_bar for word in (*_METRES[n], f"{n} beats")]
    return _entry("metre", list(dict.fromkeys(words))) if words else None


def _theory(facts: MusicFacts, *, has_key: bool) -> AcceptedEntry | None:
    """The progressions that recur; without a sure key, the chords that last longest."""
    chords = [each for each in facts.chords or [] if each.label != NO_CHORD]
    if not chords:
        return None
    if has_key and facts.progressions:
        some = facts.progressions[:_MOST_PROGRESSIONS]
        return _entry("theory", ["-".join(each.numerals) for each in some])
    return _entry("theory", longest_chords(chords)[:_MOST_CHORDS])


def longest_chords(chords: Collection[Chord]) -> list[str]:
    """Symbols of chords, what sounds longest in all first."""
    lasting: Counter[str] = Counter()
    for chord in chords:
        # Milliseconds: sums of floats would depend on their order.
        lasting[chord_symbol(chord.label)] += round(1000 * (chord.end_s - chord.start_s))
    return [name for name, _ in sorted(lasting.items(), key=lambda each: (-each[1], each[0]))]


def _entry(category: Category, accepted: list[str]) -> AcceptedEntry:
    return AcceptedEntry(category=category, accepted=accepted, is_measured=True)
