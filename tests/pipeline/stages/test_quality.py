"""Lint, pairs that are alike, guesses without hearing, judges."""

import json
from collections import Counter
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.builtin import ANSWERS as BUILTIN
from pipeline.engine.plan import steps
from pipeline.engine.run import read_batch, run_stage
from pipeline.engine.snapshots import latest_snapshot
from pipeline.engine.stage import Batch, Part, StageContext
from pipeline.ingest.root import root_of
from pipeline.stages import STAGES
from pipeline.stages.blind import stage as blind
from pipeline.stages.blind.attempts import Guess, chosen, guess_form, try_seeds
from pipeline.stages.dedup.stage import dedup_across
from pipeline.stages.judge import stage as judge
from pipeline.stages.judge.accepted import accepted_captions, accepted_pairs
from pipeline.stages.judge.votes import accepts
from pipeline.stages.lint.stage import lint_batch
from pipeline.stages.question.options import shuffled
from schemas.arrow import to_table
from schemas.captions import Authorship, RefinedCaption, RichCaption, ToldCaption
from schemas.comparison import Comparison
from schemas.config import load_config
from schemas.facts import MusicFacts
from schemas.lint import Finding
from schemas.lyrics import Lyrics
from schemas.qa import QaPair
from schemas.quality import CRITERIA, BlindResult, Hardened, Kept, LintVerdict, Scores
from schemas.roles import RoleConfig, RolesConfig
from schemas.sections import BlindConfig, DedupConfig, DescribeConfig, JudgeConfig, LintConfig
from schemas.tracks import Segment
from schemas.usage import Usage
from tests.pipeline.engine.test_ask import FakeModels
from tests.pipeline.stages.questions import pair_of, rich_of, segments_of, song_of
from tests.pipeline.stages.test_describe import told
from tools.chat.request import Answer, AnswerError
from tools.store import Store

NO_OTHERS = {RefinedCaption: [], ToldCaption: []}
SERVED = RoleConfig(engine="openai", base_url="http://127.0.0.1:1/v1", model="m")
PAID = Usage(n_attempts=1, output_tokens=3)
MEASURED = Authorship(
    role="writer", engine="builtin/facts", model="builtin/facts", prompt="p@1", prompt_hash="00"
)


def stage_of(name):
    return next(stage for stage in STAGES if stage.name == name)


def run(name, batch, config, answer=None, **roles):
    """Run a stage; the fake answers by `answer(row_id, request)`, or what needs no model."""

    def plain(_, request):
        return Answer(BUILTIN[request.prompt](None, *request.facts), "builtin/facts", Usage())

    batch = replace(batch, rows={**NO_OTHERS, **batch.rows})
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
        **NO_OTHERS, Segment: segments_of(), MusicFacts: [facts], Lyrics: [],
        QaPair: [right, wrong],
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
    assert read_batch(first, store, root_of(config), strict).sure.max_wrong.key == 0.5


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
    return Batch([told("0")], {QaPair: list(pairs), Comparison: [], Kept: rows})


def guess(times_right, n_tries):
    """Is right so many times of so many."""

    def answer(row_id, request):
        number = int(row_id.rsplit("/", 1)[1])
        option = "c." if number < times_right else "no idea"
        return Answer(request.form(option=option), "m", PAID)

    return answer


@pytest.mark.parametrize(("n_right", "is_guessed"), [(0, False), (2, False), (3, True), (4, True)])
def test_what_is_known_without_hearing_is_told(n_right, is_guessed):
    config = BlindConfig(tries=4, max_right_share=0.5)
    result, models = run("blind", kept(pair_of()), config, guess(n_right, 4), blind=SERVED)
    assert len(models.asked) == 4
    assert len({user for *_, user in models.asked}) == 4, "each try is another request"
    (row,) = result.rows
    assert (row.n_tries, row.n_right, row.is_guessed) == (4, n_right, is_guessed)
    assert row.usage == Usage(n_attempts=4, output_tokens=12)
    assert len({each.shuffle_seed for each in row.tries}) == 4


def test_no_order_is_tried_twice():
    for number in range(50):
        pair = pair_of(number)
        seeds = try_seeds(pair, 16)
        assert len({tuple(shuffled(pair.options, seed)) for seed in seeds}) == 16


def test_nobody_tries_open_questions_and_without_a_model():
    batch = kept(pair_of(0), pair_of(1, form="open", answer="It is C."))
    result, models = run("blind", batch, BlindConfig(tries=2))
    assert len(models.asked) == 2
    assert result.accepted == ["0-q00", "0-q01"]
    reasons = [[each.reason for each in row.unmeasured] for row in result.rows]
    assert reasons == [["no_model"], ["open_question"]]
    assert [row.n_right for row in result.rows] == [None, None]


def test_questions_about_several_tracks_are_asked_at_once():
    def guess(row_id, request):
        exams = json.loads(data_of(request))
        if isinstance(exams, dict):
            return Answer(request.form(option=exams["options"][0]), "m", PAID)
        said = [{"id": each["id"], "option": each["options"][0]} for each in exams]
        return Answer(request.form.model_validate({"answers": said}), "m", PAID)

    pairs = [pair_of(0), pair_of(1), *(pair_of(0, track_id=f"{n}") for n in range(1, 4))]
    batch = kept(*pairs)
    batch = Batch([told(f"{n}") for n in range(4)], batch.rows)
    config = BlindConfig(tries=4, questions_per_request=8, max_right_share=1)
    result, models = run("blind", batch, config, guess, blind=SERVED)
    assert len(models.asked) == 8, "of each try four first questions, and one second"
    assert [row.n_tries for row in result.rows] == [4, 4, 4, 4, 4]
    few = BlindConfig(tries=4, questions_per_request=2)
    groups = [group for group in blind._groups(batch, few) if len(group) > 1]
    assert groups
    assert all(len({exam.pair.track_id for exam in group}) == len(group) for group in groups)
    for pair, row in zip(pairs, result.rows, strict=True):
        firsts = [shuffled(pair.options, each.shuffle_seed)[0] for each in row.tries]
        assert [each.choice for each in row.tries] == firsts


def test_questions_whose_answer_cannot_be_used_together_are_asked_one_by_one():
    def small(row_id, request):
        exam = json.loads(data_of(request))
        if isinstance(exam, list):
            return AnswerError("cut_off", "4096 tokens")
        return Answer(request.form(option=exam["options"][0]), "m", PAID)

    rows = kept(pair_of(0), pair_of(0, track_id="1")).rows
    batch = Batch([told("0"), told("1")], rows)
    config = BlindConfig(tries=2, max_right_share=1)
    result, models = run("blind", batch, config, small, blind=SERVED)
    assert [row.n_tries for row in result.rows] == [2, 2]
    assert len(models.asked) == 2 + 4


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


def judged(*pairs, verdicts=("right",), track_id="0", **values):
    lint = [verdict_of(track_id, "caption", verdicts), *(verdict_of(p.qa_id) for p in pairs)]
    rows = {
        **NO_OTHERS,
        RichCaption: [rich_of(track_id)],
        QaPair: list(pairs),
        Comparison: [],
        LintVerdict: [each.model_copy(update={"track_id": track_id}) for each in lint],
        BlindResult: [
            BlindResult(
                qa_id=each.qa_id, track_id=track_id, n_tries=4, n_right=1, most_right=2, tries=[],
                unmeasured=[], authorship=None, usage=Usage(),
            )
            for each in pairs
        ],
        Hardened: [],
    }  # fmt: skip
    return Batch([told(track_id, **values)], rows)


def marks(**by_judge):
    """Marks of each judge, as (grounded, correct, complete, clear); a fault for a string."""

    def answer(row_id, request):
        given = by_judge[row_id.split("/")[1]]
        if isinstance(given, str):
            return AnswerError(given, "no JSON", "Hm.")
        return judgements(request, [given] * len(shown_texts(request)))

    return answer


def shown_texts(request):
    """The texts that a request shows, by their labels."""
    return {each["id"]: each for each in json.loads(data_of(request))}


def data_of(request):
    return request.user.split("<data>\n")[1].split("\n</data>")[0]


def judgements(request, given):
    """An answer with marks of the texts that are shown; None for a text that it leaves out."""
    texts = [
        {"id": name, **dict(zip(CRITERIA, each, strict=True)), "why": "Too short."}
        for name, each in zip(shown_texts(request), given, strict=True)
        if each is not None
    ]
    return Answer(request.form.model_validate({"texts": texts}), "m", PAID)


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
    measured = {RichCaption: [rich_of().model_copy(update={"authorship": MEASURED})]}
    facts_only = Batch(judged().tracks, judged().rows | measured)
    sure, _ = run("judge", facts_only, JudgeConfig())
    assert sure.accepted == ["0"]
    (ballot,) = sure.rows[0].ballots
    assert ballot.authorship.engine == "builtin/facts"
    assert "nothing was heard" in ballot.why
    wrong, _ = run("judge", judged(verdicts=("right", "wrong")), JudgeConfig())
    assert wrong.accepted == []
    assert wrong.rejected[0].reason in ("not_grounded", "not_correct")


def test_a_models_text_that_no_model_heard_is_kept_apart():
    apart, _ = run("judge", judged(pair_of()), JudgeConfig())
    assert apart.accepted == []
    assert [row.decision for row in apart.rows] == ["unjudged", "unjudged"]
    assert [each.reason for each in apart.rejected] == ["unjudged", "unjudged"]
    assert apart.rejected[0].raw == rich_of().caption
    assert accepted_captions([rich_of()], apart.rows) == []
    let, _ = run("judge", judged(pair_of()), JudgeConfig(release_unjudged=True))
    assert let.accepted == ["0", "0-q00"]
    heard, _ = run(
        "judge", judged(), JudgeConfig(), marks(judge=FINE, judge_2=FINE), judge_2=SERVED
    )
    assert heard.accepted == ["0"], "one of two judges heard it"


def test_all_texts_of_a_track_are_judged_in_one_hearing():
    pairs = [pair_of(n) for n in range(6)]
    result, models = run("judge", judged(*pairs), JudgeConfig(), marks(judge=FINE), judge=SERVED)
    assert len(models.asked) == 1
    assert len(result.accepted) == 7
    ballots = [row.ballots[0] for row in result.rows]
    assert sorted(each.place for each in ballots) == [1, 2, 3, 4, 5, 6, 7]
    assert {each.n_together for each in ballots} == {7}
    assert sum((row.usage for row in result.rows), Usage()) == PAID, "the answer was paid for once"
    few, models = run(
        "judge", judged(*pairs), JudgeConfig(texts_per_request=3), marks(judge=FINE), judge=SERVED
    )
    assert len(models.asked) == 3
    assert few.accepted == result.accepted


def test_a_text_that_an_answer_forgets_or_marks_twice_is_asked_about_alone():
    asked = []

    def forgetful(row_id, request):
        names = list(shown_texts(request))
        asked.append(names)
        answer = judgements(request, [FINE, *[None] * (len(names) - 1)])
        if len(names) == 3:
            twice = answer.value.texts[0].model_copy(update={"id": "n2", "grounded": 1})
            answer.value.texts.extend([twice, twice])
        return answer

    batch = judged(pair_of(0), pair_of(1))
    result, _ = run("judge", batch, JudgeConfig(), forgetful, judge=SERVED)
    assert asked == [["n1", "n2", "n3"], ["n1"], ["n1"]]
    assert sorted(result.accepted) == ["0", "0-q00", "0-q01"]


def test_when_no_answer_to_many_is_usable_each_is_asked_about():
    def small(row_id, request):
        n_texts = len(shown_texts(request))
        return AnswerError("cut_off", "4096 tokens") if n_texts > 1 else judgements(request, [FINE])

    result, models = run("judge", judged(pair_of()), JudgeConfig(), small, judge=SERVED)
    assert result.accepted == ["0", "0-q00"]
    assert len(models.asked) == 3

    def silent(row_id, request):
        return judgements(request, [None] * len(shown_texts(request)))

    none, _ = run("judge", judged(pair_of()), JudgeConfig(), silent, judge=SERVED)
    assert {each.reason for each in none.rejected} == {"unjudged"}
    assert "left_out" in none.rejected[0].detail


def test_a_question_about_a_stretch_is_judged_on_it_with_what_is_around():
    spans = [(20.0, 30.0), (45.0, 50.0), (90.0, 91.0)]
    pairs = [pair_of(n, about_start_s=a, about_end_s=b) for n, (a, b) in enumerate(spans)]
    batch = judged(*pairs, duration_s=200.0)
    requests = judge.judge_requests(batch, JudgeConfig()).requests
    heard = {
        (each.chat.clip.start_s, each.chat.clip.end_s): shown_texts(each.chat)
        for each in requests
        if each.role == "judge"
    }
    assert {span: len(texts) for span, texts in heard.items()} == {
        (0.0, 200.0): 1, (10.0, 60.0): 2, (80.0, 101.0): 1,
    }  # fmt: skip
    said = next(each.chat.user for each in requests if each.chat.clip.start_s == 10.0)
    assert "from 10.0 to 60.0 s of its 200.0 s" in said
    whole = judge.judge_requests(batch, JudgeConfig(context_s=None)).requests
    assert {(each.chat.clip.start_s, each.chat.clip.end_s) for each in whole} == {(0.0, 200.0)}
    result, _ = run("judge", batch, JudgeConfig(), marks(judge=FINE), judge=SERVED)
    stretches = {row.row_id: row.ballots[0].heard_start_s for row in result.rows}
    assert stretches == {"0": 0.0, "0-q00": 10.0, "0-q01": 10.0, "0-q02": 80.0}


@pytest.mark.parametrize(
    ("first", "second", "n_asked", "is_accepted"),
    [
        (FINE, None, 1, True),  # every mark is a mark above its threshold
        ((5, 1, 5, 5), None, 1, False),  # 3 below: there is no doubt
        ((4, 4, 3, 3), POOR, 2, False),
        ((4, 4, 3, 3), FINE, 2, True),
        ((3, 4, 3, 3), FINE, 2, True),
        ("invalid", FINE, 2, True),
    ],
)
def test_a_cascade_asks_the_next_judge_about_what_is_near_a_threshold(
    first, second, n_asked, is_accepted
):
    config = JudgeConfig(cascade=True)
    answer = marks(judge=first, judge_2=second)
    result, models = run("judge", judged(), config, answer, judge=SERVED, judge_2=SERVED)
    assert len(models.asked) == n_asked
    assert (result.accepted == ["0"]) == is_accepted


def test_who_is_kinder_to_some_places_is_so_to_all_kinds_of_texts():
    """With 200 tracks, captions stand at every place, and the marks by place tell the bias."""
    places = Counter()
    for number in range(200):
        pairs = [pair_of(n, track_id=f"{number}") for n in range(4)]
        asked = judge.judge_requests(judged(*pairs, track_id=f"{number}"), JudgeConfig()).requests
        texts = shown_texts(asked[0].chat)
        places[next(name for name, each in texts.items() if "description" in each)] += 1
    assert len(places) == 5
    assert min(places.values()) >= 20


@given(st.tuples(*[st.integers(1, 5)] * 4), st.tuples(*[st.integers(1, 5)] * 4))
def test_every_score_must_reach_its_threshold(scores, least):
    given_scores = Scores(**dict(zip(CRITERIA, scores, strict=True)))
    config = JudgeConfig(**{f"min_{n}": x for n, x in zip(CRITERIA, least, strict=True)})
    expected = all(a >= b for a, b in zip(scores, least, strict=True))
    assert accepts(given_scores, config) == expected


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


def test_the_form_of_a_guess_names_the_options_and_takes_a_letter_all_the_same():
    form = guess_form(["C major", "A minor"])
    text, none = form.model_json_schema()["properties"]["option"]["anyOf"]
    assert (text["enum"], none) == (["C major", "A minor"], {"type": "null"})
    assert isinstance(form(option="b)"), Guess)
