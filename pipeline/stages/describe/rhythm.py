"""What the writer may state of tempo and metre."""

from typing import Any

from schemas.facts import Metre, MusicFacts, Tempo
from schemas.sections import MaxWrong

# Ours: nobody who hears 150 would call it 300 in double time.
_SLOWEST_FELT_BPM, _FASTEST_FELT_BPM = 35.0, 220.0


def stated_rhythm(facts: MusicFacts, max_wrong: MaxWrong) -> dict[str, Any]:
    """Tempo and metre, as JSON values.

    Returns
    -------
    dict
        ``tempo`` where it is sure; ``either_bpm``, two tempi an octave apart, the likelier first,
        where only both together are. Where the metre is sure, ``beats_per_bar`` (not three beats of
        6/8); ``metre`` as musicians write it, ``grouping``, ``swing_ratio`` where they are told;
        ``either_beats_per_bar``, two and four, where only both together are. Where the metre
        changes, ``metre_sections``. ``time_line`` and ``cross_rhythm`` where they are heard.
    """
    stated: dict[str, Any] = {}
    if facts.tempo and facts.tempo.q_value <= max_wrong.tempo:
        stated["tempo"] = _tempo(facts.tempo)
    elif facts.tempo and (other_bpm := other_octave(facts.tempo, max_wrong.tempo)):
        stated["either_bpm"] = [round(facts.tempo.bpm, 1), round(other_bpm, 1)]
    if facts.metre and facts.metre.q_value <= max_wrong.metre:
        stated |= _metre(facts.metre)
    elif facts.metre and is_sure_family(facts.metre, max_wrong.metre):
        assert facts.metre.family is not None
        stated["either_beats_per_bar"] = facts.metre.family.beats_per_bar
    if facts.metre_sections:
        stated["metre_sections"] = [
            {
                "from_s": round(each.start_s, 1),
                "to_s": round(each.end_s, 1),
                "beats_per_bar": each.beats_per_bar,
            }
            for each in facts.metre_sections
        ]
    if facts.time_line:
        stated["time_line"] = "standard bell"
    if facts.cross_rhythm:
        stated["cross_rhythm"] = "three against four"
    return stated


def _tempo(tempo: Tempo) -> dict[str, Any]:
    stated: dict[str, Any] = {"bpm": round(tempo.bpm, 1)}
    if tempo.kind == "drifting":
        stated["drifts"] = True
    if len(tempo.sections) > 1:
        stated["sections"] = [
            {"from_s": round(s.start_s, 1), "to_s": round(s.end_s, 1), "bpm": round(s.bpm, 1)}
            for s in tempo.sections
        ]
    return stated


def other_octave(tempo: Tempo, max_wrong: float) -> float | None:
    """Half or double of a tempo, where one of the two is surely right, and either may be."""
    either = tempo.either
    if either is None or not _SLOWEST_FELT_BPM <= either.bpm <= _FASTEST_FELT_BPM:
        return None
    is_open = either.q_value <= max_wrong < either.p_right - tempo.p_right
    return either.bpm if is_open else None


def is_sure_family(metre: Metre, max_wrong: float) -> bool:
    """Whether beats surely go in twos, and bars of two as well as of four are meant by that."""
    family = metre.family
    return family is not None and len(family.beats_per_bar) > 1 and family.q_value <= max_wrong


def _metre(metre: Metre) -> dict[str, Any]:
    n_written = int(metre.name.split("/")[0]) if metre.name else metre.beats_per_bar
    is_as_written = n_written in (metre.beats_per_bar, 3 * metre.beats_per_bar)
    return (
        ({"beats_per_bar": metre.beats_per_bar} if is_as_written else {})
        | ({"metre": metre.name} if metre.name else {})
        | ({"grouping": metre.grouping} if metre.grouping else {})
        | ({"swing_ratio": round(metre.swing_ratio, 1)} if metre.swing_ratio else {})
    )
