"""The same said in the past, with fillers, behind an opening word: the same findings."""

import re

import pytest

from pipeline.lint import lint_text
from pipeline.lint.plain import in_plain_form
from tests.pipeline.lint import prose
from tests.pipeline.lint.prose import TRACKS, said

PAST = {
    "is": "was", "are": "were", "has": "had", "does": "did", "lasts": "lasted",
    "remains": "remained", "stays": "stayed", "begins": "began", "starts": "started",
    "ends": "ended", "sings": "sang", "isn't": "wasn't", "doesn't": "didn't",
}  # fmt: skip
_QUOTED = re.compile(r'("[^"]*(?:"|$))')


def told_in_the_past(sentence):
    words = re.compile(rf"\b(?:{'|'.join(PAST)})\b")
    return _outside_quotes(sentence, lambda part: words.sub(lambda word: PAST[word[0]], part))


def with_a_filler(sentence):
    verbs = re.compile(r"\b(is|are|has) (?!not\b|no\b)")
    return _outside_quotes(sentence, lambda part: verbs.sub(r"\1 clearly ", part))


def behind_an_opening(sentence):
    if not re.match(r"(?:The|It|This|There)\b", sentence):
        return sentence
    return f"Overall, {sentence[0].lower()}{sentence[1:]}"


def reported(sentence):
    if not re.match(r"(?:The|It|There)\b", sentence):
        return sentence
    return f"I can hear that {sentence[0].lower()}{sentence[1:]}"


def _outside_quotes(sentence, change):
    parts = _QUOTED.split(sentence)
    return "".join(part if i % 2 else change(part) for i, part in enumerate(parts))


@pytest.mark.parametrize("other", [told_in_the_past, with_a_filler, behind_an_opening, reported])
def test_what_says_the_same_is_judged_the_same(other):
    changed = [row for row in prose.rows()[::2] if other(row["sentence"]) != row["sentence"]]
    assert len(changed) >= 400
    differ = [
        row["sentence"]
        for row in changed
        if said(other(row["sentence"]), TRACKS[row["track"]].evidence)
        != said(row["sentence"], TRACKS[row["track"]].evidence)
    ]
    # "Tempo changes" in the past is two words more than a noun.
    assert len(differ) <= 2, differ


def test_findings_stand_where_they_were_written():
    text = "Overall, it was clearly in C# minor, and the tempo was really 77 BPM: he sang - softly."
    found = lint_text(text, TRACKS["harbour"].evidence)
    quotes = {each.kind: each.quote for each in found}
    assert quotes == {"key": "C# minor", "tempo": "77 BPM", "vocals": "he sang"}
    for each in found:
        assert text[each.start :].startswith(each.quote)


def test_what_is_quoted_stays():
    text = 'It was "really was"; they were not.'
    assert in_plain_form(text).text == 'It is "really was"; they are not.'
