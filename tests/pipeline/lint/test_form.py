"""Claims about the form, against sections that are made up."""

import pytest

from pipeline.lint import Evidence, lint_text
from schemas.facts import Section
from tests.facts import SURE, UNSURE
from tests.pipeline.lint.songs import song


def evidence_of(letters, length_s=20.0):
    """Sections by letter; `A?` begins where nobody is sure, `A~` is not surely the same music."""
    sections, known = [], set()
    for i, each in enumerate(letters.split()):
        letter, plain = each.rstrip("?~"), each.rstrip("?~'")
        start = UNSURE if "?" in each else SURE
        same = UNSURE if "~" in each else SURE
        sections.append(
            Section(
                start_s=i * length_s,
                end_s=(i + 1) * length_s,
                letter=letter,
                level_db=0.0,
                start_q_value=start["q_value"] if i else None,
                letter_q_value=same["q_value"] if plain in known else None,
            )
        )
        known.add(plain)
    facts = song(length_s * max(1, len(sections)))
    return Evidence(facts.model_copy(update={"sections": sections or None}))


def codes(text, letters, length_s=20.0):
    found = lint_text(text, evidence_of(letters, length_s))
    return [each.code for each in found if each.kind == "section"]


@pytest.mark.parametrize(
    ("text", "letters", "code"),
    [
        ("It is in ABA form.", "A B A'", "right"),
        ("It follows an A-B-A-C-A structure.", "A B A C A", "right"),
        ("The song has an AABA form.", "A A B A", "right"),
        ("The song has an AABA form.", "A B A", "right"),
        ("An ABAB pattern carries it.", "A B C B C D", "right"),  # between intro and outro
        ("It is in ABA form.", "A B A~", "unsure"),
        ("It is in ABA form.", "A B? A", "unsure"),
        ("It is in ABA form.", "A B C D", "not_known"),  # a return may not have been heard
        ("It is in ABC form.", "A B A", "wrong_form"),
        ("It is in ABC form.", "A B A~", "not_known"),
        ("It is in ABA form.", "A B A B A B", "not_known"),
        ("The bridge begins at 0:41.", "A B A B", "right"),
        ("The second verse starts at 1:03, softly.", "A B A B", "right"),
        ("The second verse starts at 1:03, softly.", "A B A B?", "unsure"),
        ("A new section begins at 0:21.", "A B", "right"),
        ("A section runs from 0:20 to 0:40.", "A B", "right"),
        ("At 0:20 a new section begins.", "A B", "right"),
        ("At 0:20, the chorus kicks in.", "A B?", "unsure"),
        ("The verse starts at 0:00.", "A B", "right"),
        ("The chorus enters at 0:48.", "A B A B", "not_known"),
        ("A solo at 1:10 lifts it.", "A B A B", "not_known"),
        ("The opening returns at 0:40.", "A B A", "right"),
        ("The first section comes back at 0:41, louder.", "A B A'", "right"),
        ("The opening theme returns at 0:40.", "A B A~", "not_known"),
        ("The opening returns at 0:20.", "A B A", "not_known"),
    ],
)
def test_claims_are_held_against_the_sections(text, letters, code):
    assert codes(text, letters) == [code]


def test_a_section_far_from_any_start_is_not_contradicted():
    """Of moments far from all starts that were found, a quarter are near a true one."""
    assert codes("The chorus arrives at 0:30.", "A B A", length_s=60.0) == ["not_known"]


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
