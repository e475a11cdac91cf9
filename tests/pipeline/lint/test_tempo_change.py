import pytest

from pipeline.lint import Evidence, lint_text
from tests.pipeline.lint.songs import song

RISES = song(60.0, tempo=[(0.0, 30.0, 100.0), (30.0, 60.0, 120.0)], beats_per_bar=4)
FALLS = song(60.0, tempo=[(0.0, 30.0, 120.0), (30.0, 60.0, 100.0)], beats_per_bar=4)


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
