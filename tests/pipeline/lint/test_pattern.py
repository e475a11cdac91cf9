"""Patterns are compiled when they are first used, and are then what `re` has."""

import re

import pytest

from pipeline.lint.pattern import Pattern

_TEXT = "From C to D, then from E to F."


def test_nothing_is_compiled_before_it_is_used() -> None:
    pattern = Pattern("(")
    with pytest.raises(re.error):
        pattern.search("")


@pytest.mark.parametrize("flags", [0, re.I])
def test_every_search_is_that_of_re(flags: int) -> None:
    ours, theirs = (each(r"from (\w)", flags) for each in (Pattern, re.compile))
    for name in ("search", "match", "fullmatch"):
        for span in ((), (2,), (0, 6)):
            found, wanted = (getattr(each, name)(_TEXT, *span) for each in (ours, theirs))
            assert (found and found.span()) == (wanted and wanted.span())
    assert [each.span() for each in ours.finditer(_TEXT, 1)] == [
        each.span() for each in theirs.finditer(_TEXT, 1)
    ]
    assert ours.findall(_TEXT) == theirs.findall(_TEXT)
    assert ours.split(_TEXT) == theirs.split(_TEXT)
    assert ours.sub("to", _TEXT) == theirs.sub("to", _TEXT)


def test_a_match_is_known_again() -> None:
    first, second = Pattern(r"to (\w)"), Pattern(r"to (\w|\d)")
    match = first.search(_TEXT)
    assert match
    assert first.gave(match)
    assert not second.gave(match)
