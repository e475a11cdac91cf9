"""Claims about the form, against sections that are made up."""

import pytest

from pipeline.lint import Evidence, lint_text
from schemas.facts import Section
from tests.pipeline.lint.songs import song


def evidence_of(letters, length_s=20.0):
    sections = [
        Section(start_s=i * length_s, end_s=(i + 1) * length_s, letter=letter, level_db=0.0)
        for i, letter in enumerate(letters.split())
    ]
    facts = song(length_s * max(1, len(sections)))
    return Evidence(facts.model_copy(update={"sections": sections or None}))


def codes(text, letters):
    found = lint_text(text, evidence_of(letters))
    return [each.code for each in found if each.kind == "section"]


@pytest.mark.parametrize(
    ("text", "letters", "code"),
    [
        ("It is in ABA form.", "A B A'", "right"),
        ("It follows an A-B-A-C-A structure.", "A B A C A", "right"),
        ("The song has an AABA form.", "A A B A", "right"),
        ("The song has an AABA form.", "A B A", "right"),
        ("An ABAB pattern carries it.", "A B C B C D", "right"),  # between intro and outro
        ("It is in ABA form.", "A B C D", "wrong_form"),
        ("It is in ABA form.", "A B A B A B", "borderline"),
        ("The bridge begins at 0:41.", "A B A B", "right"),
        ("The second verse starts at 1:03, softly.", "A B A B", "right"),
        ("The chorus enters at 0:48.", "A B A B", "borderline"),
        ("The chorus enters at 0:30.", "A B A", "borderline"),
        ("A solo at 1:10 lifts it.", "A B A B", "borderline"),
    ],
)
def test_claims_are_held_against_the_sections(text, letters, code):
    assert codes(text, letters) == [code]


def test_a_section_far_from_any_start_is_wrong():
    evidence = evidence_of("A B A", length_s=60.0)
    found = lint_text("The chorus arrives at 0:30.", evidence)
    assert [each.code for each in found if each.kind == "section"] == ["wrong_section_start"]


@pytest.mark.parametrize(
    "text",
    [
        "It is not in ABA form.",
        "Is it in ABA form?",
        "A to B in form.",
        "The chorus is loud, and at 0:30 it ends.",
    ],
)
def test_what_is_denied_asked_or_no_claim_is_not_checked(text):
    assert codes(text, "A B C D") == []


@pytest.mark.parametrize("text", ["It is in ABA form.", "The bridge begins at 0:10."])
def test_without_a_form_nothing_is_checked(text):
    assert codes(text, "") == []
