"""What can be said of two recordings by rule, from what is sure of both.

A rule gives the side that each recording is on, so that the recordings change sides with their
places; where facts leave it open, it gives none. The answer and the other options are said in
words that fit both recordings alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.stages.question.material import Material
from schemas.comparison import Aspect
from schemas.form import sure_sections
from schemas.tolerance import key_relation, tempo_tolerance_bpm

Sides = tuple[str, str]
_SAME: Sides = ("same", "same")
# Ours: between these steps two tempi are neither equal nor clearly apart.
_FASTER = (1.08, 1.25)
_MUCH_FASTER = 1.4
# Ours: a loudness range is measured to about 1 LU; 4 LU more is heard as livelier dynamics.
_SAME_RANGE_LU, _WIDER_LU = 1.0, 4.0
_MORE_SECTIONS = 2
_ALWAYS_THERE = 0.9
"""Ours: a voice that sounds in so much of a recording sounds in any stretch of it."""
_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven"}
# Bars of two and of four beats are told apart less surely than these from others; so are 3 and 6.
_ALIKE_METRES = ({2, 4}, {3, 6})

_TEMPO: dict[Sides, str] = {
    ("much faster", "much slower"): "Recording 1 is much faster",
    ("faster", "slower"): "Recording 1 is a little faster",
    _SAME: "Both have about the same tempo",
    ("slower", "faster"): "Recording 2 is a little faster",
    ("much slower", "much faster"): "Recording 2 is much faster",
}
_KEY: dict[Sides, str] = {
    _SAME: "They are in the same key",
    ("relative", "relative"): "One is in the relative key of the other",
    ("parallel", "parallel"): "One is in major, the other in minor, on the same tonic",
    ("fifth", "fifth"): "Their tonics are a fifth apart, in the same mode",
}
_RELATIONS = {
    "right": "same", "relative_key": "relative", "parallel_key": "parallel", "fifth_key": "fifth",
}  # fmt: skip
_MODE: dict[Sides, str] = {
    ("major", "major"): "Both are in major",
    ("minor", "minor"): "Both are in minor",
    ("major", "minor"): "Recording 1 is in major, recording 2 in minor",
    ("minor", "major"): "Recording 1 is in minor, recording 2 in major",
}
_VOICE: dict[Sides, str] = {
    ("yes", "yes"): "A voice is heard in both",
    ("no", "no"): "A voice is heard in neither",
    ("yes", "no"): "A voice is heard in recording 1 only",
    ("no", "yes"): "A voice is heard in recording 2 only",
}
_KEY_CHANGES: dict[Sides, str] = {
    ("yes", "yes"): "Both change key",
    ("no", "no"): "Neither changes key",
    ("yes", "no"): "Only recording 1 changes key",
    ("no", "yes"): "Only recording 2 changes key",
}
# That two have as many is never sure, and an option that is never right gives the others away.
_SECTIONS: dict[Sides, str] = {
    ("more", "fewer"): "Recording 1 has clearly more sections",
    ("fewer", "more"): "Recording 2 has clearly more sections",
}
_DYNAMICS: dict[Sides, str] = {
    ("wider", "narrower"): "Recording 1 has the wider dynamics",
    _SAME: "Both have dynamics of about the same width",
    ("narrower", "wider"): "Recording 2 has the wider dynamics",
}


@dataclass(frozen=True)
class Compared:
    """What is surely so of two recordings in one aspect.

    Attributes
    ----------
    aspect : Aspect
    sides : (str, str)
        Of recording 1 and of recording 2.
    options : mapping of (str, str) to str
        In words, every outcome that is offered.
    evidence : str
        The name of the facts that it rests on, as in `Material.known`.
    """

    aspect: Aspect
    sides: Sides
    options: Mapping[Sides, str]
    evidence: str

    @property
    def answer(self) -> str:
        """The right option."""
        return self.options[self.sides]

    @property
    def wrong(self) -> list[str]:
        """The other options."""
        return [text for sides, text in self.options.items() if sides != self.sides]


def compared(one: Material, two: Material) -> list[Compared]:
    """All that is sure of two recordings, aspect by aspect."""
    found = []
    for aspect, (sides_of, options, evidence) in _RULES.items():
        if (sides := sides_of(one, two)) is not None:
            offered = options(sides) if callable(options) else options
            found.append(Compared(aspect, sides, offered, evidence))
    return found


def is_told_by_a_stretch(aspect: Aspect, material: Material, heard_s: float) -> bool:
    """Whether any `heard_s` seconds, or those of `stretch_of`, tell of a recording's aspect."""
    if aspect == "tempo":
        return "sections" not in material.known["tempo"]
    if aspect in ("key", "mode"):
        start_s, end_s = _of_main_key(material)
        return end_s - start_s >= min(heard_s, material.duration_s)
    if aspect == "voice":
        voice = material.facts.voice
        return voice is not None and not 0 < voice.share_of_time < _ALWAYS_THERE
    return aspect == "metre"


def stretch_of(material: Material, heard_s: float) -> tuple[float, float]:
    """`heard_s` seconds in the middle of the longest stretch in the main key, or all there is."""
    start_s, end_s = _of_main_key(material)
    if end_s - start_s < heard_s:
        start_s, end_s = 0.0, material.duration_s
    if end_s - start_s <= heard_s:
        return start_s, end_s
    first_s = round((start_s + end_s - heard_s) / 2, 2)
    return first_s, first_s + heard_s


def _of_main_key(material: Material) -> tuple[float, float]:
    key, sections = material.facts.key, material.facts.key_sections or []
    if len({(each.tonic, each.mode) for each in sections}) <= 1 or key is None:
        return 0.0, material.duration_s
    spans = [
        (each.start_s, each.end_s)
        for each in sections
        if (each.tonic, each.mode) == (key.tonic, key.mode)
    ]
    return max(spans, key=lambda span: span[1] - span[0], default=(0.0, 0.0))


def _tempo(one: Material, two: Material) -> Sides | None:
    if not _both("tempo", one, two):
        return None
    bpm = [float(each.known["tempo"]["bpm"]) for each in (one, two)]
    slow, fast = sorted(bpm)
    if fast - slow <= tempo_tolerance_bpm(slow):
        return _SAME
    ratio = fast / slow
    if ratio >= _MUCH_FASTER:
        found = "much faster", "much slower"
    elif _FASTER[0] <= ratio <= _FASTER[1]:
        found = "faster", "slower"
    else:
        return None
    return found if bpm[0] == fast else (found[1], found[0])


def _metre(one: Material, two: Material) -> Sides | None:
    if not _both("metre", one, two):
        return None
    beats = [int(each.known["metre"]["beats_per_bar"]) for each in (one, two)]
    if not set(beats) <= _NUMBERS.keys():
        return None
    if beats[0] != beats[1] and set(beats) in _ALIKE_METRES:
        return None
    return _NUMBERS[beats[0]], _NUMBERS[beats[1]]


def _metre_options(sides: Sides) -> dict[Sides, str]:
    """Both metres in either place; of equal ones another beside it."""
    here = dict.fromkeys(sides)
    names = [*here] if len(here) == 2 else [*here, "four" if sides[0] == "three" else "three"]
    return {
        (left, right): f"Both have {left} beats in a bar"
        if left == right
        else f"Recording 1 has {left} beats in a bar, recording 2 has {right}"
        for left in sorted(names)
        for right in sorted(names)
    }


def _key(one: Material, two: Material) -> Sides | None:
    """How the main keys are related; of others than these four there are too many to be offered."""
    if not _both("key", one, two):
        return None
    keys = [(each.known["key"]["tonic"], each.known["key"]["mode"]) for each in (one, two)]
    relation = _RELATIONS.get(key_relation(*keys[0], *keys[1]))
    return None if relation is None else (relation, relation)


def _mode(one: Material, two: Material) -> Sides | None:
    if not _both("key", one, two):
        return None
    return one.known["key"]["mode"], two.known["key"]["mode"]


def _voice(one: Material, two: Material) -> Sides | None:
    if not _both("voice", one, two):
        return None
    return _yes_no(one.known["voice"]), _yes_no(two.known["voice"])


def _key_changes(one: Material, two: Material) -> Sides | None:
    found = [_changes_key(each) for each in (one, two)]
    first, second = found
    return None if first is None or second is None else (_yes_no(first), _yes_no(second))


def _changes_key(material: Material) -> bool | None:
    """Whether there are several keys; None where one of them is not sure."""
    sections = material.facts.key_sections or []
    is_known = {"key", "key_sections"} & material.known.keys()
    if not is_known or any(each.q_value > material.max_wrong.key for each in sections):
        return None
    return len({(each.tonic, each.mode) for each in sections}) > 1


def _sections(one: Material, two: Material) -> Sides | None:
    """Which has more: even if all that is sure of it is all, and of the other all there may be."""
    if not (one.facts.sections and two.facts.sections):
        return None
    fewest, most = zip(_n_sections(one), _n_sections(two), strict=True)
    if fewest[0] >= most[1] + _MORE_SECTIONS:
        return "more", "fewer"
    if fewest[1] >= most[0] + _MORE_SECTIONS:
        return "fewer", "more"
    return None


def _n_sections(material: Material) -> tuple[int, int]:
    """How many there are at least, and at most."""
    sections = material.facts.sections or []
    return len(sure_sections(sections, material.max_wrong.form)), len(sections)


def _dynamics(one: Material, two: Material) -> Sides | None:
    if not _both("loudness", one, two):
        return None
    ranges_lu = [float(each.known["loudness"]["range_lu"]) for each in (one, two)]
    more_lu = ranges_lu[0] - ranges_lu[1]
    if abs(more_lu) <= _SAME_RANGE_LU:
        return _SAME
    if abs(more_lu) < _WIDER_LU:
        return None
    return ("wider", "narrower") if more_lu > 0 else ("narrower", "wider")


def _both(name: str, one: Material, two: Material) -> bool:
    return name in one.known and name in two.known


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


Rule = Callable[[Material, Material], Sides | None]
Options = Mapping[Sides, str] | Callable[[Sides], Mapping[Sides, str]]
_RULES: Mapping[Aspect, tuple[Rule, Options, str]] = {
    "tempo": (_tempo, _TEMPO, "tempo"),
    "metre": (_metre, _metre_options, "metre"),
    "key": (_key, _KEY, "key"),
    "mode": (_mode, _MODE, "key"),
    "voice": (_voice, _VOICE, "voice"),
    "key_changes": (_key_changes, _KEY_CHANGES, "key_sections"),
    "sections": (_sections, _SECTIONS, "sections"),
    "dynamics": (_dynamics, _DYNAMICS, "loudness"),
}
