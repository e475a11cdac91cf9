import pytest

from pipeline.lint import Evidence, lint_text
from tests.pipeline.lint.songs import song

RISES = song(60.0, tempo=[(0.0, 30.0, 100.0), (30.0, 60.0, 120.0)], beats_per_bar=4)
FALLS = song(60.0, tempo=[(0.0, 30.0, 120.0), (30.0, 60.0, 100.0)], beats_per_bar=4)


NEAR = song(60.0, tempo=[(0.0, 30.0, 128.0), (30.0, 60.0, 124.0)], beats_per_bar=4)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The tempo changes.", "no_tempo_change"),
        ("The tempo changes from 128 BPM to 124 BPM.", "right"),
        ("The tempo drops, from 128 BPM at first to 124 BPM at the end.", "right"),
        ("At 128 BPM, the tempo changes.", "no_tempo_change"),
        ("The tempo changes from 128 BPM to 127.5 BPM.", "no_tempo_change"),
        ("The tempo changes. It is 128 BPM, then 124 BPM.", "no_tempo_change"),
    ],
)
def test_a_change_between_near_tempi_is_true_where_both_are_told(text, code):
    found = [each for each in lint_text(text, Evidence(NEAR)) if "tempo" in each.quote]
    assert [each.code for each in found] == [code]


@pytest.mark.parametrize(
    ("text", "rising", "falling"),
    [
        ("The tempo changes.", "right", "right"),
        ("Later it speeds up.", "right", "wrong"),
        ("Later it slows down.", "wrong", "right"),
        ("The tempo increases halfway through.", "right", "wrong"),
        ("Later the pace drops.", "wrong", "right"),
        ("There are slower and faster parts.", "right", "right"),
        ("At 0:30 the tempo rises.", "right", "wrong"),
    ],
)
def test_a_change_of_tempo_has_a_direction(text, rising, falling):
    found = [
        [each.verdict for each in lint_text(text, Evidence(facts)) if each.kind == "tempo"]
        for facts in (RISES, FALLS)
    ]
    assert found == [[rising], [falling]]
