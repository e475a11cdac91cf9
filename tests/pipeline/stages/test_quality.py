"""Lint, pairs that are alike, guesses without hearing, judges."""

import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.builtin import ANSWERS as BUILTIN
from pipeline.engine.plan import steps
from pipeline.engine.run import read_batch, run_stage
from pipeline.engine.snapshots import latest_snapshot
from pipeline.engine.stage import Batch, Part, StageContext
from pipeline.ingest.scan import root_of
from pipeline.stages import STAGES
from pipeline.stages.blind import stage as blind
from pipeline.stages.blind.attempts import chosen
from pipeline.stages.dedup.stage import dedup_across
from pipeline.stages.judge import stage as judge
from pipeline.stages.judge.accepted import accepted_captions, accepted_pairs
from pipeline.stages.lint.stage import lint_batch
from pipeline.stages.question.options import shuffled
from schemas.arrow import to_table
from schemas.captions import RichCaption
from schemas.config import load_config
from schemas.facts import MusicFacts
from schemas.lint import Finding
from schemas.lyrics import Lyrics
from schemas.qa import QaPair
from schemas.quality import CRITERIA, BlindResult, Kept, LintVerdict, Scores
from schemas.roles import RoleConfig, RolesConfig
from schemas.sections import BlindConfig, DedupConfig, DescribeConfig, JudgeConfig, LintConfig
from schemas.tracks import Segment
from schemas.usage import Usage
from tests.pipeline.engine.test_ask import FakeModels
from tests.pipeline.stages.questions import pair_of, rich_of, segments_of, song_of
from tests.pipeline.stages.test_describe import told
from tools.chat.request import Answer, AnswerError
from tools.store import Store

SERVED = RoleConfig(engine="openai", base_url="http://127.0.0.1:1/v1", model="m")
PAID = Usage(n_attempts=1, output_tokens=3)


def stage_of(name):
    return next(stage for stage in STAGES if stage.name == name)


def run(name, batch, config, answer=None, **roles):
    """Run a stage; the fake answers by `answer(row_id, request)`, or what needs no model."""

    def plain(_, request):
        return Answer(BUILTIN[request.prompt](None, *request.facts), "builtin/facts", Usage())

    models, steps = FakeModels(answer or plain), []
    models.roles = RolesConfig(**roles)
    result = run_stage(batch, config, StageContext(stage_of(name), None, models, 1.0, steps.append))
    result.check()
    assert sum(steps) == len(batch.tracks)
    return result, models


def verdict_of(row_id, kind="qa", verdicts=("right",)):
    findings = [
        Finding(kind="key", quote="C", start=0, verdict=each, code=each, evidence="it is C")
        for each in verdicts
    ]
    return LintVerdict(row_id=row_id, track_id="0", kind=kind, findings=findings)


# Lint


def test_texts_against_the_facts_are_refused_with_all_their_words():
    right = pair_of(0, question="What is the key?", form="open", answer="The key is C major.")
    wrong = pair_of(1, question="What is the key?", form="open", answer="The key is F# minor.")
    facts = song_of(key_sections=None)
    rows = {
        Segment: segments_of(), MusicFacts: [facts], Lyrics: [], QaPair: [right, wrong],
        RichCaption: [rich_of(caption="It moves at 60 beats per minute, in C major.")],
    }  # fmt: skip
    batch = Batch([told("0")], rows)
    result, _ = run("lint", batch, LintConfig())
    assert result.inputs == ["0", "0-q00", "0-q01"]
    assert result.accepted == ["0-q00"]
    assert result.rows[0].findings[0].verdict == "right"
    caption, pair = result.rejected
    assert (caption.row_id, caption.reason) == ("0", "half_tempo")
    assert caption.raw == "It moves at 60 beats per minute, in C major."
    assert pair.row_id == "0-q01"
    assert json.loads(pair.raw)["answer"] == "The key is F# minor."
    lenient = lint_batch(
        batch,
        LintConfig(max_wrong=1),
        StageContext(stage_of("lint"), None, None, 1.0, lambda n: None),
    )
    assert len(lenient.accepted) == 3


def test_what_was_too_unsure_to_be_stated_refuses_no_text():
    rows = {
        Segment: segments_of(), MusicFacts: [song_of(key_sections=None)], Lyrics: [], QaPair: [],
        RichCaption: [rich_of(caption="It is in A minor.")],
    }  # fmt: skip
    codes = []
    for max_wrong in (0.05, 0.0):
        batch = Batch([told("0")], rows, DescribeConfig(max_wrong=max_wrong))
        result, _ = run("lint", batch, LintConfig())
        codes.append([each.reason for each in result.rejected])
    assert codes == [["relative_key"], []]


def test_a_batch_tells_which_facts_are_sure(built_corpus):
    config = load_config(built_corpus)
    strict = config.model_copy(update={"describe": DescribeConfig(max_wrong={"key": 0.5})})
    store = Store(config.store)
    first, *_ = steps(STAGES, latest_snapshot(store), strict)
    assert read_batch(first, store, root_of(config.source), strict).sure.max_wrong.key == 0.5


# Pairs that are alike

WORDS = [
    "Which chord sounds around 0:10?",
    "Around 1:25, which chord is heard?",
    "What is the tempo?",
    "How many beats are in a bar?",
]
ANSWERS = [("C", ["C", "D", "E", "F"]), ("D", ["F", "E", "D", "C"]), ("It is C.", None)]


def part_of(name, pairs, is_done=False, passed=None):
    passed = [p.qa_id for p in pairs] if passed is None else passed
    tables = {
        QaPair: to_table(pairs, QaPair),
        LintVerdict: to_table(
            [verdict_of(each) for each in passed] + [verdict_of("0", "caption")], LintVerdict
        ),
    }
    return Part(name, is_done, lambda stage, columns: pl.from_arrow(tables[stage].select(columns)))


def alike_pair(track, number, question, answer):
    text, options = ANSWERS[answer]
    form = "open" if options is None else "multiple_choice"
    given = {} if options is None else {"options": options}
    return pair_of(number, track, question=WORDS[question], answer=text, form=form, **given)


def test_of_many_alike_so_many_are_kept():
    config = DedupConfig(max_alike=2, max_alike_share=0)
    pairs = [alike_pair(f"{n}", 0, n % 2, 0) for n in range(6)]
    other_answer = [alike_pair("8", 0, 0, 1)]
    other_question = [alike_pair("9", 0, 2, 0)]
    (result,) = dedup_across([part_of("p", [*pairs, *other_answer, *other_question])], config)
    result.check()
    assert result.accepted == ["0-q00", "1-q00", "8-q00", "9-q00"]
    assert {each.reason for each in result.rejected} == {"near_duplicate"}
    assert {each.detail for each in result.rejected} == {"one of too many like 0-q00"}
    assert json.loads(result.rejected[0].raw)["question"] in WORDS


def test_reworded_questions_are_alike_and_a_share_lifts_the_limit():
    reworded = ["Is the tempo steady throughout the piece?", "Is the tempo steady throughout it?"]
    pairs = [pair_of(0, f"{n}", question=reworded[n % 2]) for n in range(8)]
    (two,) = dedup_across([part_of("p", pairs)], DedupConfig(max_alike=2, max_alike_share=0))
    assert len(two.accepted) == 2
    share = DedupConfig(max_alike=1, max_alike_share=0.5)
    (half,) = dedup_across([part_of("p", pairs)], share)
    assert len(half.accepted) == 4
    strict = DedupConfig(max_alike=2, max_alike_share=0, similarity=1.0)
    (apart,) = dedup_across([part_of("p", pairs)], strict)
    assert len(apart.accepted) in (2, 4)


def test_what_lint_refused_counts_for_nothing():
    config = DedupConfig(max_alike=1, max_alike_share=0)
    pairs = [alike_pair(f"{n}", 0, 0, 0) for n in range(3)]
    (result,) = dedup_across([part_of("p", pairs, passed=["1-q00", "2-q00"])], config)
    assert result.inputs == ["1-q00", "2-q00"]
    assert result.accepted == ["1-q00"]


some_pairs = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=12
)  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(some_pairs, min_size=1, max_size=4), st.integers(1, 3), st.floats(0, 0.5), st.data()
)
def test_new_partitions_change_no_old_verdict(parts, most, share, data):
    config = DedupConfig(max_alike=most, max_alike_share=share)
    made = [
        [alike_pair(f"{index}{n:02d}", 0, *each) for n, each in enumerate(part)]
        for index, part in enumerate(parts)
    ]
    whole = list(dedup_across([part_of(f"p{n}", each) for n, each in enumerate(made)], config))
    for result in whole:
        result.check()
    grown = []
    for n in range(len(made)):
        shuffled = [data.draw(st.permutations(each)) for each in made[: n + 1]]
        old = [part_of(f"p{k}", each, is_done=k < n) for k, each in enumerate(shuffled)]
        grown += dedup_across(old, config)
    assert [each.accepted for each in grown] == [each.accepted for each in whole]


# Guesses without hearing


def kept(*pairs):
    rows = [Kept(qa_id=each.qa_id, track_id="0", template="x") for each in pairs]
    return Batch([told("0")], {QaPair: list(pairs), Kept: rows})


def guess(times_right, n_tries):
    """Is right so many times of so many."""

    def answer(row_id, request):
        number = int(row_id.rsplit("/", 1)[1])
        option = "c." if number < times_right else "no idea"
        return Answer(request.form(option=option), "m", PAID)

    return answer


@pytest.mark.parametrize(("n_right", "is_kept"), [(0, True), (2, True), (3, False), (4, False)])
def test_what_is_known_without_hearing_is_refused(n_right, is_kept):
    config = BlindConfig(tries=4, max_right_share=0.5)
    result, models = run("blind", kept(pair_of()), config, guess(n_right, 4), blind=SERVED)
    assert len(models.asked) == 4
    assert len({user for *_, user in models.asked}) == 4, "each try is another request"
    if is_kept:
        (row,) = result.rows
        assert (row.n_tries, row.n_right) == (4, n_right)
        assert row.usage == Usage(n_attempts=4, output_tokens=12)
        assert len({each.shuffle_seed for each in row.tries}) == 4
    else:
        (rejected,) = result.rejected
        assert rejected.reason == "blind_answerable"
        assert f"{n_right} of 4" in rejected.detail
        assert json.loads(rejected.raw)["answer"] == "C"


def test_no_order_is_tried_twice():
    for number in range(50):
        pair = pair_of(number)
        seeds = blind.try_seeds(pair, 16)
        assert len({tuple(shuffled(pair.options, seed)) for seed in seeds}) == 16


def test_nobody_tries_open_questions_and_without_a_model():
    batch = kept(pair_of(0), pair_of(1, form="open", answer="It is C."))
    result, models = run("blind", batch, BlindConfig(tries=2))
    assert len(models.asked) == 2
    assert result.accepted == ["0-q00", "0-q01"]
    reasons = [[each.reason for each in row.unmeasured] for row in result.rows]
    assert reasons == [["no_model"], ["open_question"]]
    assert [row.n_right for row in result.rows] == [None, None]


def test_tries_that_fail_are_no_tries():
    def answer(row_id, request):
        if row_id.endswith("/0"):
            return Answer(request.form(option="C"), "m", PAID)
        return AnswerError("invalid", "no JSON")

    config = BlindConfig(tries=3, max_right_share=1.0)
    (row,) = run("blind", kept(pair_of()), config, answer, blind=SERVED)[0].rows
    assert (row.n_tries, row.n_right) == (1, 1)

    def nothing(row_id, request):
        return AnswerError("invalid", "no JSON")

    (row,) = run("blind", kept(pair_of()), config, nothing, blind=SERVED)[0].rows
    assert [each.reason for each in row.unmeasured] == ["no_usable_answer"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("A minor", "A minor"), ("a minor.", "A minor"), ("(B)", "A minor"), ("b", "A minor"),
        ("B) A minor", "A minor"), ("Z", None), ("G minor", None), (None, None), ("", None),
    ],
)  # fmt: skip
def test_options_are_chosen_by_text_or_letter(said, meant):
    assert chosen(said, ["C major", "A minor", "F# major", "D minor"]) == meant


# Judges


def judged(*pairs, verdicts=("right",)):
    rows = {
        RichCaption: [rich_of()],
        QaPair: list(pairs),
        LintVerdict: [verdict_of("0", "caption", verdicts), *(verdict_of(p.qa_id) for p in pairs)],
        BlindResult: [
            BlindResult(
                qa_id=each.qa_id, track_id="0", n_tries=4, n_right=1, tries=[], unmeasured=[],
                authorship=None, usage=Usage(),
            )
            for each in pairs
        ],
    }  # fmt: skip
    return Batch([told("0")], rows)


def marks(**by_judge):
    """Marks of each judge, as (grounded, correct, complete, clear); a fault for a string."""

    def answer(row_id, request):
        given = by_judge[row_id.rsplit("/", 1)[1]]
        if isinstance(given, str):
            return AnswerError(given, "no JSON", "Hm.")
        value = request.form(**dict(zip(CRITERIA, given, strict=True)), why="Too short.")
        return Answer(value, "m", PAID)

    return answer


FINE, POOR = (5, 5, 5, 5), (5, 2, 3, 4)


def test_a_text_is_accepted_by_its_scores():
    result, models = run("judge", judged(pair_of()), JudgeConfig(), marks(judge=FINE), judge=SERVED)
    assert result.accepted == ["0", "0-q00"]
    assert [row.decision for row in result.rows] == ["accepted", "accepted"]
    assert result.rows[1].blind_right == 1
    assert result.rows[0].blind_right is None
    assert result.rows[1].findings[0].verdict == "right"
    assert {role for role, *_ in models.asked} == {"judge"}
    clips = [q.chat.clip for q in judge.judge_requests(judged(), JudgeConfig()).requests]
    assert {(clip.start_s, clip.end_s) for clip in clips} == {(0.0, 1.0)}, "the whole track"


def test_refused_texts_keep_words_scores_and_reason():
    result, _ = run("judge", judged(pair_of()), JudgeConfig(), marks(judge=POOR), judge=SERVED)
    assert result.accepted == []
    assert [row.decision for row in result.rows] == ["rejected", "rejected"]
    assert {each.reason for each in result.rejected} == {"not_correct"}
    assert "correct 2" in result.rejected[1].detail
    assert json.loads(result.rejected[1].raw)["question"] == pair_of().question
    captions, pairs = [rich_of()], [pair_of()]
    assert accepted_captions(captions, result.rows) == accepted_pairs(pairs, result.rows) == []


@pytest.mark.parametrize(
    ("votes", "given", "is_accepted"),
    [
        ("majority", {"judge": FINE, "judge_2": FINE, "judge_3": POOR}, True),
        ("majority", {"judge": FINE, "judge_2": POOR, "judge_3": POOR}, False),
        ("majority", {"judge": FINE, "judge_2": POOR}, False),
        ("majority", {"judge": FINE, "judge_2": "invalid"}, True),
        ("all", {"judge": FINE, "judge_2": FINE, "judge_3": POOR}, False),
        ("any", {"judge": POOR, "judge_2": FINE}, True),
        ("any", {"judge": POOR, "judge_2": POOR}, False),
    ],
)
def test_several_judges_vote(votes, given, is_accepted):
    roles = dict.fromkeys(given, SERVED)
    result, models = run("judge", judged(), JudgeConfig(votes=votes), marks(**given), **roles)
    assert (result.accepted == ["0"]) == is_accepted
    assert {role for role, *_ in models.asked} == set(given)
    (row,) = result.rows
    assert {each.judge for each in row.ballots} == {k for k, v in given.items() if v != "invalid"}
    if is_accepted:
        assert accepted_captions([rich_of(), rich_of("1")], result.rows) == [rich_of()]


def test_a_text_that_no_judge_scored_is_no_row():
    result, _ = run("judge", judged(), JudgeConfig(), marks(judge="invalid"), judge=SERVED)
    assert result.rows == []
    (rejected,) = result.rejected
    assert (rejected.reason, rejected.raw) == ("unjudged", rich_of().caption)
    assert "invalid" in rejected.detail


def test_without_a_judge_the_scores_are_those_of_lint():
    sure, _ = run("judge", judged(), JudgeConfig())
    assert sure.accepted == ["0"]
    (ballot,) = sure.rows[0].ballots
    assert ballot.authorship.engine == "builtin/facts"
    assert "nothing was heard" in ballot.why
    wrong, _ = run("judge", judged(verdicts=("right", "wrong")), JudgeConfig())
    assert wrong.accepted == []
    assert wrong.rejected[0].reason in ("not_grounded", "not_correct")


@given(st.tuples(*[st.integers(1, 5)] * 4), st.tuples(*[st.integers(1, 5)] * 4))
def test_every_score_must_reach_its_threshold(scores, least):
    given_scores = Scores(**dict(zip(CRITERIA, scores, strict=True)))
    config = JudgeConfig(**{f"min_{n}": x for n, x in zip(CRITERIA, least, strict=True)})
    expected = all(a >= b for a, b in zip(scores, least, strict=True))
    assert judge.accepts(given_scores, config) == expected


def test_only_what_is_still_in_the_race_is_paid_for():
    batch = judged(pair_of(0), pair_of(1))
    rows = dict(batch.rows)
    rows[LintVerdict] = [verdict_of("0-q00"), verdict_of("0-q01")]
    rows[BlindResult] = rows[BlindResult][:1]
    config = JudgeConfig()
    questions = judge.judge_requests(Batch(batch.tracks, rows), config).requests
    assert {each.row_id for each in questions if each.role == "judge"} == {"0-q00/judge"}
    refused = kept(pair_of(0))
    assert {q.row_id[:5] for q in blind.blind_requests(refused, BlindConfig()).requests} == {
        "0-q00"
    }
