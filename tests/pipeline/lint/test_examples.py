"""Captions of the example songs: right ones, and ones with an error planted in each."""

import itertools
import json
import re
from pathlib import Path

import pytest

from pipeline.builtin.clock import clock
from pipeline.builtin.describe import describe
from pipeline.lint import Evidence, lint_text
from pipeline.stages.describe.facts import stated_facts
from schemas.chords import chord_symbol, parse_label
from schemas.facts import MusicFacts
from schemas.harmony import pitch_class, spell_tonic
from schemas.sections import DescribeConfig
from tests.pipeline.engine.test_stage import track
from tests.pipeline.stages.test_describe import caption_of

HERE = Path(__file__).parent
FACTS = {
    name: MusicFacts.model_validate(row)
    for name, row in json.loads(
        (HERE.parents[1] / "data/lint/example_facts.json").read_text()
    ).items()
}
CARRIERS = (HERE / "captions.txt").read_text().strip().split("\n\n")
LYRICS = (
    "They said the walls would never fall\nWe came with fire, we came with rope\n"
    "No one sleeps in the iron city\nHold the line until the morning comes"
)
LINES = ("We came with fire, we came with rope", "Hold the line until the morning comes")
NOT_SUNG = ("Dance with me under neon rain", "My heart is a river running home to you")
_SLOT = re.compile(r"{(\w+)}")


def evidence_of(name):
    return Evidence(FACTS[name], lyrics=LYRICS, has_vocals=True, names=(name.replace("_", " "),))


def tonality(facts):
    return facts.key.tonic, facts.key.mode


def heard_with_numerals(facts):
    """Symbol and numeral of the chords that last longest and are plain triads or sevenths."""
    lasting = {}
    for chord in facts.chords:
        if chord.roman and parse_label(chord.label)[1] in ("maj", "min", "7", "min7"):
            key = (chord_symbol(chord.label).split("/")[0], chord.roman)
            lasting[key] = lasting.get(key, 0.0) + chord.end_s - chord.start_s
    return sorted(lasting, key=lambda each: -lasting[each])


def right(slot, facts, i):
    tonic, mode = tonality(facts)
    if slot == "tempo":
        bpm = facts.tempo.bpm
        return (f"{bpm:.0f} BPM", f"about {bpm:.1f} beats per minute", f"roughly {bpm:.0f} bpm")[
            i % 3
        ]
    if slot == "key":
        return f"{tonic} {mode}".replace("#", "♯") if i % 2 else f"{tonic} {mode}"
    if slot == "time":
        return clock(facts.duration_s * (0.3 + 0.1 * (i % 6)))
    if slot == "quote":
        return f'"{LINES[i % 2]}"' if i % 3 else f"“{LINES[i % 2]}”"
    if slot == "numeral":
        symbol, roman = heard_with_numerals(facts)[i % 3]
        return f"the {symbol} ({roman})" if i % 2 else f"the {roman} ({symbol})"
    other = "minor" if mode == "major" else "major"
    relative = spell_tonic(pitch_class(tonic) + (9 if mode == "major" else 3), other)
    return (
        f"its relative {other}, {relative} {other}"
        if i % 2
        else (f"its relative {other} ({relative} {other})")
    )


def wrong(slot, facts, i):
    tonic, mode = tonality(facts)
    if slot == "tempo":
        factor = (0.5, 2.0)[i % 2]
        return f"{facts.tempo.bpm * factor:.1f} BPM"
    if slot == "key":
        return f"{spell_tonic(pitch_class(tonic) + (1, 6, 11, 4)[i % 4], mode)} {mode}"
    if slot == "time":
        return clock(facts.duration_s * (1.2 + 0.4 * (i % 4)))
    if slot == "quote":
        return f'"{NOT_SUNG[i % 2]}"'
    if slot == "numeral":
        symbol, roman = heard_with_numerals(facts)[i % 3]
        degree = re.sub("[^IViv]", "", roman)
        used = {"I": "IV", "IV": "V", "V": "VI", "VI": "II", "II": "III", "III": "I", "VII": "II"}
        other = used[degree.upper()]
        return f"the {symbol} ({other if degree.isupper() else other.lower()})"
    other = "minor" if mode == "major" else "major"
    return f"its relative {other}, {tonic} {other}"


CODES = {
    "tempo": {"half_tempo", "double_tempo"},
    "key": {"wrong_key", "fifth_key", "relative_key", "parallel_key"},
    "time": {"past_the_end"},
    "quote": {"not_in_lyrics"},
    "numeral": {"numeral_mismatch", "numeral_case"},
    "relation": {"parallel_not_relative"},
}


def filled(carrier, facts, i, plant=None):
    return _SLOT.sub(lambda m: (wrong if m[1] == plant else right)(m[1], facts, i), carrier)


def cases():
    """Caption number, song, carrier, and the slot in which an error is planted."""
    for i, (carrier, name) in enumerate(itertools.product(CARRIERS, FACTS)):
        slots = list(dict.fromkeys(_SLOT.findall(carrier)))
        yield i, name, carrier, slots[i % len(slots)]


def test_a_hundred_right_captions_have_nothing_wrong():
    wrongs = []
    n = 0
    for i, name, carrier, _ in cases():
        text = filled(carrier, FACTS[name], i)
        n += 1
        found = lint_text(text, evidence_of(name))
        wrongs += [(text, each) for each in found if each.verdict == "wrong"]
        assert sum(each.verdict == "right" for each in found) >= 2, text
    assert n == 100
    assert wrongs == []


def test_of_a_hundred_planted_errors_almost_all_are_found():
    missed, others, planted = [], [], set()
    for i, name, carrier, plant in cases():
        text = filled(carrier, FACTS[name], i, plant)
        planted.add(plant)
        found = [each for each in lint_text(text, evidence_of(name)) if each.verdict == "wrong"]
        if not any(each.code in CODES[plant] for each in found):
            missed.append((plant, text, found))
        others += [(plant, each) for each in found if each.code not in CODES[plant]]
    print(f"found {100 - len(missed)} of 100 planted errors; {len(others)} other findings")
    assert planted == set(CODES)
    assert len(missed) <= 5, missed


@pytest.mark.parametrize("name", list(FACTS))
def test_captions_of_the_builtin_writer_are_right(name):
    facts = FACTS[name]
    captions = [
        caption_of(
            index=i, text=f"A loud sound, with {5 + i} onsets.", length_s=facts.duration_s / 2
        )
        for i in (0, 1)
    ]
    stated, _ = stated_facts(track(name).track, facts, None, captions, DescribeConfig())
    parts = describe(stated)
    text = "\n\n".join(part for part in parts.model_dump().values() if part)
    findings = lint_text(text, Evidence(facts))
    assert [each for each in findings if each.verdict != "right"] == []
    kinds = {each.kind for each in findings}
    assert {"tempo", "metre", "key", "chord", "numeral", "time", "duration", "loudness"} <= kinds
