"""A scripted judge that is kinder to some places, and one that is not."""

import json
import random

import polars as pl
import pytest

from pipeline.review.places import PlaceEffect, effects_of, in_sentences
from schemas.arrow import to_table
from schemas.quality import CRITERIA, Quality
from schemas.sections import JudgeConfig
from tests.pipeline.stages.questions import pair_of
from tests.pipeline.stages.test_quality import PAID, SERVED, judged, run, shown_texts
from tools.chat.request import Answer


def scripted(kindness):
    """Accepts two thirds by the text itself, and by `kindness` more of what stands first."""

    def answer(row_id, request):
        texts = shown_texts(request)
        said = []
        for place, (name, text) in enumerate(texts.items(), 1):
            chance = 0.6 + kindness * (place <= len(texts) / 2)
            is_good = random.Random(json.dumps(text | {"id": ""})).random() < chance
            marks = dict.fromkeys(CRITERIA, 5 if is_good else 2)
            said.append({"id": name, **marks, "why": "So."})
        return Answer(request.form.model_validate({"texts": said}), "m", PAID)

    return answer


def rows_of(kindness, **config):
    found = []
    for number in range(120):
        pairs = [
            pair_of(n, track_id=f"{number}", question=f"What of {number} and {n}?")
            for n in range(7)
        ]
        batch = judged(*pairs, track_id=f"{number}")
        answer = scripted(kindness)
        result, _ = run("judge", batch, JudgeConfig(**config), answer, judge=SERVED)
        found += result.rows
    return found


@pytest.mark.parametrize(("kindness", "is_seen"), [(0.0, False), (0.3, True)])
def test_a_judge_that_is_kinder_to_what_comes_first_is_found_out(kindness, is_seen):
    rows = rows_of(kindness)
    (effect,) = effects_of([pl.DataFrame(to_table(rows, Quality))])
    low, high = effect.interval
    assert (low > 0) == is_seen
    assert effect.difference == pytest.approx(kindness, abs=0.12)
    assert low <= effect.difference <= high
    said = in_sentences([effect])
    assert ("texts_per_request" in said) == is_seen
    alone = rows_of(kindness, texts_per_request=1)
    same = [a.decision == b.decision for a, b in zip(rows, alone, strict=True)]
    agreement = sum(same) / len(same)
    assert agreement == 1.0 if not is_seen else agreement < 0.9


def test_texts_that_were_judged_alone_say_nothing_of_places():
    effect = PlaceEffect("judge", 10, 0, 0, 0, 0)
    assert effect.difference == 0
    assert "each alone" in in_sentences([effect])
    assert effects_of([]) == []
