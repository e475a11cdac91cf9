"""Choices that words give away: made harder, checked, guessed at anew."""

import json

import pytest

from pipeline.builtin import ANSWERS
from pipeline.builtin.question import drafts_of
from pipeline.engine.stage import Batch
from pipeline.release.datasets import QA
from pipeline.stages.harden.pairs import harder_pairs, pairs_left, verdicts_left
from pipeline.stages.judge.stage import still_in
from pipeline.stages.judge.votes import questions
from schemas.captions import RefinedCaption, RichCaption, SegmentCaption, ToldCaption
from schemas.comparison import Comparison
from schemas.facts import MusicFacts
from schemas.lyrics import Lyrics
from schemas.qa import QaPair
from schemas.quality import BlindResult, Hardened, LintVerdict
from schemas.sections import HardenConfig, JudgeConfig, QuestionConfig
from schemas.tracks import Segment, Track
from schemas.usage import Usage
from tests.pipeline.release.made_up import verdict
from tests.pipeline.release.test_texts import frame_of
from tests.pipeline.stages.questions import material_of, pair_of, rich_of, segments_of, song_of
from tests.pipeline.stages.test_describe import caption_of, told
from tests.pipeline.stages.test_quality import PAID, SERVED, run, verdict_of
from tools.chat.request import Answer, AnswerError

FACTS = material_of()
NEAR = ["Fm", "F#m", "Ab", "Eb", "Bb", "Db"]


def pair(number=0, **values):
    """F sounds from 6 to 9 s."""
    given = {
        "answer": "F", "options": ["F", "C", "G", "Am"], "question": "Which chord sounds at 0:07?",
        "about_start_s": 6.0, "about_end_s": 9.0,
    }  # fmt: skip
    return pair_of(number, **(given | values))


def batch_of(*pairs, n_right=4, guessed=None):
    results = [
        BlindResult(
            qa_id=each.qa_id, track_id="0", n_tries=4, tries=[], unmeasured=[], most_right=2,
            n_right=n_right if guessed is None or each.qa_id in guessed else 0,
            authorship=None, usage=Usage(),
        )
        for each in pairs
    ]  # fmt: skip
    track = told("0")
    rows = {
        Track: [track.track], Segment: segments_of(), MusicFacts: [song_of()], Lyrics: [],
        SegmentCaption: [caption_of()], RichCaption: [rich_of()], QaPair: list(pairs),
        BlindResult: results, Comparison: [], ToldCaption: [], RefinedCaption: [],
    }  # fmt: skip
    return Batch([track], rows)


def harder(question="Listen at 0:07: what is the harmony?", distractors=NEAR, n_right=0):
    """A writer, and a guesser who is right so many times of four."""

    def answer(row_id, request):
        if request.prompt == "harden":
            ids = [each["id"] for each in told_of(request)["questions"]]
            wrong = [{"text": text, "kind": "related"} for text in distractors]
            made = [{"id": each, "question": question, "distractors": wrong} for each in ids]
            return Answer(request.form.model_validate({"pairs": made}), "w", PAID)
        is_right = int(row_id.rsplit("/", 1)[1]) < n_right
        return Answer(request.form(option="F" if is_right else "none"), "b", PAID)

    return answer


def told_of(request):
    return json.loads(request.user.split("<data>")[1].split("</data>")[0])


def run_harden(batch, answer=None, config=None, **roles):
    return run("harden", batch, config or HardenConfig(), answer, **roles)


MODELS = {"writer": SERVED, "blind": SERVED}


def test_what_words_gave_away_is_made_harder_and_guessed_at_anew():
    batch = batch_of(pair(0), pair(1, question="Which chord is it at 0:08?"), guessed={"0-q00"})
    result, models = run_harden(batch, harder(n_right=2), **MODELS)
    (row,) = result.rows
    assert result.inputs == result.accepted == ["0-q00"], "the other was not guessed"
    assert (row.question, row.blind.n_right) == ("Listen at 0:07: what is the harmony?", 2)
    assert sorted(row.options) == sorted(["F", *NEAR])
    assert [each.text for each in row.distractors] == NEAR
    assert row.authorship.role == "writer"
    assert (row.usage, row.blind.usage.n_attempts) == (PAID, 4)
    assert [role for role, *_ in models.asked] == ["writer"] + 4 * ["blind"]
    after = Batch(batch.tracks, {**batch.rows, Hardened: result.rows})
    first, second = pairs_left(after)
    assert (first.question, first.options, first.answer) == (row.question, row.options, "F")
    assert second == pair(1, question="Which chord is it at 0:08?")


@pytest.mark.parametrize(
    ("made", "detail"),
    [
        ({"n_right": 3}, "right in 3 of 4"),
        ({"distractors": NEAR[:1]}, "4 options instead of 6 to 8"),
        ({"distractors": [*NEAR[:5], "F/A"]}, "it is right here, too"),
        (
            {"question": "Is it Fm11 or F#m?", "distractors": ["Fm11", *NEAR[1:]], "n_right": 4},
            "right in 4 of 4",
        ),
        ({"question": "Which chord does the caption name at 0:07?"}, "metadata"),
        ({"question": "null"}, "placeholder"),
    ],
)
def test_what_is_still_guessed_or_not_well_made_is_refused_as_before(made, detail):
    result, _ = run_harden(batch_of(pair()), harder(**made), **MODELS)
    (rejected,) = result.rejected
    assert result.rows == []
    assert rejected.reason == "blind_answerable"
    assert rejected.detail.startswith("right in 4 of 4 tries without hearing; made harder: ")
    assert detail in rejected.detail.split("made harder")[1]
    assert json.loads(rejected.raw)["question"] == "Which chord sounds at 0:07?"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([*NEAR[:5], "F.", "Fm"], NEAR[:5]),
        ([*NEAR[:3], "F", NEAR[0]], [*NEAR[:3], "G", "A"]),
        (NEAR[:4], [*NEAR[:4], "G"]),
    ],
)
def test_the_answer_and_options_given_twice_go_and_old_ones_fill_their_places(given, kept):
    result, _ = run_harden(batch_of(pair()), harder(distractors=given), **MODELS)
    (row,) = result.rows
    assert [each.text for each in row.distractors] == kept
    assert sorted(row.options) == sorted(["F", *kept])


def test_a_wording_that_facts_speak_against_is_refused():
    asked = "The music is in F# minor. Which chord sounds at 0:07?"
    result, _ = run_harden(batch_of(pair()), harder(asked), **MODELS)
    assert result.rows == []
    assert asked in result.rejected[0].detail


def test_it_is_refused_at_once_where_nothing_is_made_harder():
    for config, answer in (
        (HardenConfig(enabled=False), harder()),
        (HardenConfig(), lambda _row_id, _request: AnswerError("cut_off", "4096 tokens")),
    ):
        result, models = run_harden(batch_of(pair()), answer, config, **MODELS)
        assert [each.reason for each in result.rejected] == ["blind_answerable"]
        assert "harder" not in result.rejected[0].detail
        assert len(models.asked) == (0 if not config.enabled else 1)
    nothing, models = run_harden(batch_of(pair(), n_right=2), harder(), **MODELS)
    assert (nothing.inputs, models.asked) == ([], []), "nobody guessed it"


def test_facts_make_a_choice_harder_that_they_can_ask_again():
    draws = [
        each
        for each in drafts_of("harmony", FACTS, QuestionConfig(max_options=4))
        if each.form == "multiple_choice" and each.style in ("chord_at", "most_heard", "key_at")
    ]
    pairs = [
        pair(
            n, style=each.style, question=each.question, answer=each.answer,
            options=[each.answer, *(wrong.text for wrong in each.distractors)],
            about_start_s=each.start_s, about_end_s=each.end_s, evidence=each.evidence,
        )
        for n, each in enumerate(draws)
    ]  # fmt: skip
    made = ANSWERS["harden"](None, pairs, FACTS, HardenConfig().options).pairs
    assert len(made) >= len(pairs) / 2
    for each in made:
        before = pairs[int(each.id[1:]) - 1]
        texts = [wrong.text for wrong in each.distractors]
        assert before.answer not in texts
        assert 6 <= len(texts) + 1 <= 8

    def writes(row_id, request):
        if request.prompt == "harden":
            return Answer(ANSWERS["harden"](None, *request.facts), "builtin/facts", Usage())
        return Answer(request.form(option="none"), "b", PAID)

    result, _ = run_harden(batch_of(*pairs), writes, blind=SERVED)
    assert len(result.rows) == len(made)
    assert {row.authorship.engine for row in result.rows} == {"builtin/facts"}


def test_judges_chains_and_releases_read_the_harder_words():
    batch = batch_of(pair())
    (row,) = run_harden(batch, harder(), **MODELS)[0].rows
    rows = {**batch.rows, Hardened: [row], LintVerdict: [verdict_of("0-q00", "qa", ("wrong",))]}
    after = Batch(batch.tracks, rows)
    assert verdicts_left(after)["0-q00"].findings == row.findings
    (text,) = (each for each in harder_pairs(after))
    assert text.question == row.question
    (asked,) = questions(after, still_in(after), JudgeConfig(), ["judge"])
    assert asked.shown["question"] == row.question
    frames = {
        "question": frame_of([pair(0), pair(1)]), "harden": frame_of([row]),
        "judge": frame_of([verdict("0-q00"), verdict("0-q01")]),
    }  # fmt: skip
    first, second = QA.rows(frames).collect().to_dicts()
    assert (first["question"], first["options"]) == (row.question, row.options)
    assert first["prompt"].startswith(f"{row.question}\n(A) {row.options[0]}\n(B) ")
    assert first["authorship"]["role"] == "writer"
    assert (second["question"], second["answer"]) == (pair(1).question, "F")
