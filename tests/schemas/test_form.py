"""What is sure of forms whose chances are made up."""

import math

import pytest

from schemas.facts import Section
from schemas.form import nth_letter, sure_sections
from tests.facts import SURE, UNSURE


def sections_of(form, levels=()):
    """`A?` begins where nobody is sure, `A~` is not surely the same music; 10 s each."""
    found, known = [], set()
    for i, each in enumerate(form.split()):
        start = UNSURE if "?" in each else SURE
        same = UNSURE if "~" in each else SURE
        plain = each.rstrip("?~'")
        found.append(
            Section(
                start_s=10.0 * i,
                end_s=10.0 * (i + 1),
                letter=each.rstrip("?~"),
                level_db=levels[i] if levels else 0.0,
                start_q_value=start["q_value"] if i else None,
                letter_q_value=same["q_value"] if plain in known else None,
            )
        )
        known.add(plain)
    return found


@pytest.mark.parametrize(
    ("form", "sure"),
    [
        ("A B A B'", "A 0-10, B 10-20, A 20-30, B' 30-40"),
        ("A B A~ B", "A 0-10, B 10-20, C 20-30, B 30-40"),
        ("A B? A C", "A 0-20, B 20-30, C 30-40"),  # the first A is not known to end
        ("A B C? A B", "A 0-10, B 10-30, A 30-40, C 40-50"),
        ("A? B? C?", "A 0-30"),
        ("A", "A 0-10"),
        ("", ""),
    ],
)
def test_only_what_is_sure_is_apart_or_the_same(form, sure):
    found = sure_sections(sections_of(form), 0.05)
    words = [f"{each.letter} {each.start_s:.0f}-{each.end_s:.0f}" for each in found]
    assert ", ".join(words) == sure


def test_without_chances_nothing_is_sure():
    bare = [
        Section(start_s=10.0 * i, end_s=10.0 * i + 10, letter=each, level_db=0.0)
        for i, each in enumerate("ABA")
    ]
    assert [each.end_s for each in sure_sections(bare, 0.05)] == [30.0]


def test_the_level_of_joined_sections_is_their_mean_power():
    (joined,) = sure_sections(sections_of("A B?", levels=(0.0, -20.0)), 0.05)
    assert joined.level_db == pytest.approx(10 * math.log10((1 + 0.01) / 2))


def test_letters_go_on_after_z():
    assert [nth_letter(n) for n in (0, 25, 26, 52)] == ["A", "Z", "AA", "AAA"]
