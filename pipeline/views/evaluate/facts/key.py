"""Key or scale against references."""

from collections.abc import Mapping, Sequence

from pipeline.stages.measure.tonality import SCALES
from pipeline.views.evaluate.facts.judgement import NOTHING_MEASURED, Judgement, judgement
from pipeline.views.evaluate.facts.reference import KeySpan, ReferenceFacts
from schemas.facts import Key, MusicFacts
from schemas.harmony import pitch_class

_STEPS: Mapping[str, Sequence[int]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    **{str(name): steps for name, steps in SCALES.items()},
}
NO_KEY = "has no key"


def judge_key(reference: ReferenceFacts, facts: MusicFacts, max_wrong: float) -> list[Judgement]:
    """The judgement of the key, or of the scale where there is no key; none without a reference."""
    if reference.keys is None:
        return []
    value = facts.key or facts.scale
    if value is None:
        return [NOTHING_MEASURED]
    mode = value.mode if isinstance(value, Key) else value.name
    return [judgement(value, max_wrong, key_error(reference.main_keys(), value.tonic, mode))]


def judge_tonic(reference: ReferenceFacts, facts: MusicFacts, max_wrong: float) -> list[Judgement]:
    """The judgement of the tonic, whatever the scale; none without a reference."""
    if reference.keys is None:
        return []
    if facts.tonic is None:
        return [NOTHING_MEASURED]
    accepted = [pitch_class(each.tonic) for each in reference.main_keys()]
    kind = "other" if accepted else NO_KEY
    is_right = pitch_class(facts.tonic.name) in accepted
    return [judgement(facts.tonic, max_wrong, "" if is_right else kind)]


def key_error(accepted: Sequence[KeySpan], tonic: str, mode: str) -> str:
    """The kind of a key's error; empty where it is one of those accepted.

    Parameters
    ----------
    accepted : sequence of KeySpan
        Empty where there is no key.
    tonic, mode : str
        What is stated.
    """
    if not accepted:
        return NO_KEY
    pitch = pitch_class(tonic)
    if any(mode == each.mode and pitch == pitch_class(each.tonic) for each in accepted):
        return ""
    true = accepted[0]
    above = (pitch - pitch_class(true.tonic)) % 12
    if mode == true.mode and above in (5, 7):
        return "fifth"
    if above == 0:
        return "parallel"
    notes = _notes(pitch, mode)
    return "relative" if notes and notes == _notes(pitch_class(true.tonic), true.mode) else "other"


def key_scores(reference: ReferenceFacts, facts: MusicFacts) -> dict[str, float | None]:
    """MIREX's weighted score of a major or minor key."""
    import mir_eval

    true = next(iter(reference.main_keys()), None)
    if true is None or true.mode not in ("major", "minor"):
        return {}
    name = "key, MIREX weighted"
    if facts.key is None:
        return {name: None}
    stated = f"{facts.key.tonic} {facts.key.mode}"
    return {name: float(mir_eval.key.weighted_score(f"{true.tonic} {true.mode}", stated))}


def _notes(tonic: int, mode: str) -> set[int]:
    return {(tonic + step) % 12 for step in _STEPS.get(mode, ())}
