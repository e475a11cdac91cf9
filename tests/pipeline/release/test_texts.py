"""Rows of captions, questions and thoughts; tokens; the policy for the context."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.release.datasets import CAPTIONS, QA, THOUGHTS, accepted
from pipeline.release.texts import finish_texts, never_made, not_accepted, to_released
from pipeline.release.tokens import audio_tokens_of, estimate_text_tokens, text_counter
from schemas.arrow import arrow_schema, from_table, to_table
from schemas.audio_tokens import audio_tokens
from schemas.captions import RefinedCaption
from schemas.quality import Hardened
from schemas.release import ReleasedCaption, ReleasedQa, ReleasedStep, ReleasedThought
from schemas.sections import ReleaseConfig
from schemas.structured import AcceptedEntry, StructuredMetadata
from schemas.usage import Usage
from tests.pipeline.release.made_up import AUTHOR, caption, pair, thought, verdict

DEFAULTS = ReleaseConfig()


def frame_of(rows):
    return pl.from_arrow(to_table(rows, type(rows[0]))).lazy()


def tracks(**durations):
    rows = [
        {"track_id": name, "uri": f"{name}.ogg", "duration_s": duration, "lane": "commercial",
         "split": "train", "left_out": None, "left_out_detail": None}
        for name, duration in durations.items()
    ]  # fmt: skip
    schema = dict.fromkeys(rows[0], pl.String) | {"duration_s": pl.Float64}
    return pl.DataFrame(rows, schema=schema)


def released(dataset, stage, rows, tracks, config=DEFAULTS, **more):
    """Rows of a stage, all accepted, and what is released of them."""
    key = dataset.makers[stage]
    verdicts = frame_of([verdict(getattr(row, key)) for row in rows])
    harder = pl.from_arrow(to_table([], Hardened)).lazy()
    frames = {stage: frame_of(rows), "harden": harder, "judge": verdicts, **more}
    made = dataset.rows(frames).with_columns(row_id=dataset.row_id).collect()
    return finish_texts(dataset.name, made, tracks, config, estimate_text_tokens)


def test_questions_show_their_options():
    options = ("A:min", "D", "G (major)")
    rows = [pair("t", 1, options, 60.0, 90.0), pair("t", 2, None)]
    texts = released(QA, "question", rows, tracks(t=100.0))
    first, second = from_table(to_released(texts.kept, QA.row), ReleasedQa)
    assert first.prompt == "Which chord?\n(A) A:min\n(B) D\n(C) G (major)"
    assert (first.completion, first.answer, first.options) == ("A:min",) * 2 + (rows[0].options,)
    assert (first.n_audio_tokens, first.about_start_s, first.lane) == (2500, 60.0, "commercial")
    assert (first.heard_start_s, first.heard_end_s) == (None, None), "the whole track is heard"
    assert (second.prompt, second.options, second.n_audio_tokens) == ("Which chord?", None, 2500)
    assert first.n_text_tokens == -(-len(first.prompt + first.completion) // 4)


def test_thoughts_of_captions_have_the_categories_of_their_track():
    entry = AcceptedEntry(category="key", accepted=["A minor"], is_measured=True)
    structured = frame_of(
        [
            StructuredMetadata(
                track_id="t", entries=[entry], missing=[], authorship=AUTHOR, usage=Usage()
            )
        ]
    )
    base = {"track_id": "t", "about_start_s": None, "about_end_s": None, "prompt": "p",
            "options": None, "authorship": AUTHOR.model_dump(), "decision": "accepted",
            "rounds": [{"steps": [{"text": text, "evidence": [], "start_s": 2.0, "end_s": 3.0}]}
                       for text in ("old", "so")]}  # fmt: skip
    form = "<think>so</think>\n<answer>{}</answer>"
    traces = pl.DataFrame(
        [
            base | {"row_id": "t-c", "completion": form.format("A caption."), "skill": None,
                    "gold_answer": None},
            base | {"row_id": "t-q1", "completion": form.format("A"), "skill": "harmony",
                    "gold_answer": "A"},
            base | {"row_id": "t-q2", "completion": None, "skill": "harmony",
                    "gold_answer": "A", "decision": "rejected"},
        ],
        schema_overrides={"about_start_s": pl.Float64, "about_end_s": pl.Float64,
                          "gold_answer": pl.String, "skill": pl.String,
                          "options": pl.List(pl.String)},
    )  # fmt: skip
    frames = {"factcheck": traces.lazy(), "structure": structured}
    rows = THOUGHTS.rows(frames).with_columns(row_id=THOUGHTS.row_id).collect()
    texts = finish_texts(THOUGHTS.name, rows, tracks(t=30.0), ReleaseConfig(), estimate_text_tokens)
    found = from_table(to_released(texts.kept, THOUGHTS.row), ReleasedThought)
    assert [each.categories for each in found] == [[entry], None]
    assert [each.gold_answer for each in found] == [None, "A"]
    step = ReleasedStep(text="so", start_s=2.0, end_s=3.0)
    assert [each.steps for each in found] == [[step], [step]], "as they were checked last"


def test_captions_have_the_categories_that_answers_are_rewarded_by():
    entry = AcceptedEntry(category="key", accepted=["A minor"], is_measured=True)
    structured = StructuredMetadata(
        track_id="t", entries=[entry], missing=[], authorship=AUTHOR, usage=Usage()
    )
    rows = [caption("t"), caption("u")]
    texts = released(
        CAPTIONS, "describe", rows, tracks(t=30.0, u=30.0), structure=frame_of([structured])
    )
    found = from_table(to_released(texts.kept, CAPTIONS.row), ReleasedCaption)
    assert {each.track_id: each.categories for each in found} == {"t": [entry], "u": None}


@pytest.mark.parametrize(
    ("answer", "options", "gold"),
    [
        ("G (major)", ["G (major)", "A"], "G (major)"),
        ("a very long option of many words", ["a very long option of many words", "A"], ...),
        ("about 120 beats per minute", None, ...),
        ("0:42", None, ...),
        ("It rises by a third, and falls.", None, None),
    ],
)
def test_an_answer_is_gold_where_others_can_be_compared_with_it(answer, options, gold):
    row = pair("t", 1, options).model_copy(update={"answer": answer})
    texts = released(QA, "question", [row], tracks(t=100.0))
    (found,) = from_table(to_released(texts.kept, QA.row), ReleasedQa)
    assert found.gold_answer == (answer if gold is ... else gold)


def test_what_the_judges_refuse_or_never_saw_is_not_released():
    rows = pl.LazyFrame({"qa_id": ["a", "b", "c"]})
    verdicts = frame_of([verdict("c"), verdict("b", decision="rejected"), verdict("x")])
    assert accepted(rows, verdicts, "qa_id").collect()["qa_id"].to_list() == ["c"]


def finish(config, **durations):
    rows = [caption(name) for name in durations]
    return released(CAPTIONS, "describe", rows, tracks(**durations), config)


@pytest.mark.parametrize(
    ("policy", "kept", "end_s", "n_audio_tokens"),
    [("drop", ["a"], [None], [2500]), ("keep", ["a", "b"], [None, None], [2500, 30_000]),
     ("truncate", ["a", "b"], [None, 930.0], [2500, 23_250])],
)  # fmt: skip
def test_rows_over_the_context(policy, kept, end_s, n_audio_tokens):
    texts = finish(ReleaseConfig(over_context=policy), a=100.0, b=1200.0)
    assert texts.kept["track_id"].to_list() == kept
    assert texts.kept["heard_end_s"].to_list() == end_s
    assert texts.kept["n_audio_tokens"].to_list() == n_audio_tokens
    assert texts.n_truncated == (policy == "truncate")
    assert texts.left_out["reason"].to_list() == ["over_context"] * (policy == "drop")
    if policy == "truncate":
        cut = texts.kept.row(1, named=True)
        assert (cut["heard_start_s"], cut["heard_s"]) == (0.0, 930.0)


@pytest.mark.parametrize(
    ("about", "heard", "n_audio_tokens"),
    [
        ((0.0, 20.0), (0.0, 930.0), 23_250),
        ((920.0, 940.0), (30.0, 960.0), 23_250),
        ((1190.0, 1195.0), (270.0, 1195.0), 23_125),
        ((100.0, 1190.0), None, None),
    ],
)
def test_what_a_cut_row_is_about_is_heard_at_its_place(about, heard, n_audio_tokens):
    config = ReleaseConfig(over_context="truncate")
    rows = [pair("t", 1, None, *about)]
    texts = released(QA, "question", rows, tracks(t=1195.0), config)
    if heard is None:
        assert texts.left_out["reason"].to_list() == ["over_context"]
        return
    row = texts.kept.row(0, named=True)
    assert (row["heard_start_s"], row["heard_end_s"]) == heard
    assert row["heard_s"] == heard[1] - heard[0]
    assert row["n_audio_tokens"] == n_audio_tokens
    assert (row["about_start_s"], row["about_end_s"]) == about


def test_a_text_without_its_track_is_left_out():
    rows = [caption("a"), caption("lost")]
    texts = released(CAPTIONS, "describe", rows, tracks(a=10.0))
    assert texts.left_out.select("track_id", "reason").rows() == [("lost", "no_track")]


def test_released_rows_have_the_schema_to_the_letter():
    texts = finish(ReleaseConfig(), a=10.0)
    assert to_released(texts.kept, CAPTIONS.row).schema.equals(
        arrow_schema(CAPTIONS.row), check_metadata=True
    )


@given(st.integers(1, 1200 * 16000))
@settings(deadline=None)
def test_audio_tokens_are_those_of_the_processor(n_samples):
    import torch
    from transformers import MusicFlamingoProcessor

    windows = [min(480_000, n_samples - start) for start in range(0, n_samples, 480_000)]
    frames = torch.tensor(sum(-(-n // 160) for n in windows))
    expected = MusicFlamingoProcessor._get_audio_token_length(None, frames)
    assert audio_tokens(n_samples) == max(0, int(expected))
    frame = pl.DataFrame({"duration_s": [n_samples / 16000]})
    assert frame.select(audio_tokens_of(pl.col("duration_s"))).item() == max(0, int(expected))


def test_a_tokenizer_counts_where_there_is_one(tmp_path):
    import tokenizers
    import transformers

    words = tokenizers.Tokenizer(
        tokenizers.models.WordLevel({"<unk>": 0, "a": 1, "b": 2}, unk_token="<unk>")
    )
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    transformers.PreTrainedTokenizerFast(tokenizer_object=words).save_pretrained(tmp_path / "tiny")
    count, rule = text_counter(str(tmp_path / "tiny"))
    rows = pl.DataFrame({"prompt": ["a b", "b"], "completion": ["a", "b c"]})
    assert count(rows).to_list() == [3, 3]
    assert rule.startswith("counted by tiny (")
    assert str(tmp_path) not in rule


def test_a_chain_that_was_refused_is_left_out_once():
    made = pl.DataFrame({"row_id": ["t-q1", "t-q2"], "track_id": ["t", "t"]})
    refusals = pl.DataFrame(
        {
            "row_id": ["t-q0", "t-q2"],
            "reason": ["reason: not_gold", "factcheck: wrong_share"],
            "detail": ["", ""],
        }
    )
    lost = not_accepted(THOUGHTS, made, made.head(1), refusals)
    gone = pl.concat([lost, never_made(THOUGHTS, refusals)])
    assert sorted(gone["row_id"]) == ["t-q0", "t-q2"]


def test_no_token_of_a_chat_template_is_released():
    said = {"a": "It is in C major.", "b": "It ends.<|im_end|>", "c": "[INST] Sing [/INST]"}
    rows = [caption(name).model_copy(update={"caption": text}) for name, text in said.items()]
    texts = released(CAPTIONS, "describe", rows, tracks(a=10.0, b=10.0, c=10.0))
    assert texts.kept["track_id"].to_list() == ["a"]
    assert set(texts.left_out["reason"]) == {"template_token"}
    assert "<|" in texts.left_out["detail"][0]
    clean = thought_of("<think>so</think>\n<answer>A</answer>")
    spoilt = thought_of("<think>so <|im_end|></think>\n<answer>A</answer>")
    assert [len(clean.kept), len(spoilt.kept)] == [1, 0]


def thought_of(completion):
    """What is released of a chain."""
    row = thought("t-q01").model_copy(update={"completion": completion, "track_id": "t"})
    rows = frame_of([row]).with_columns(categories=pl.lit(None)).collect()
    return finish_texts(THOUGHTS.name, rows, tracks(t=9.0), DEFAULTS, estimate_text_tokens)


def brought_captions(*licences):
    return [
        RefinedCaption(
            row_id=f"t-b{n}", track_id="t", origin="set", licence=licence, instruction="Describe.",
            before="It is slow.", caption="It is fast.", change="corrected", lint_before=[],
            lint_after=[], n_words=3, unmeasured=[], authorship=AUTHOR, usage=Usage(),
        )
        for n, licence in enumerate(licences)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "sound", "lane"),
    [
        ("CC0-1.0", "commercial", "commercial"),
        ("CC-BY-NC-4.0", "commercial", "research_only"),
        ("CC0-1.0", "research_only", "research_only"),
        ("All rights reserved", "commercial", None),
        (None, "commercial", None),
    ],
)
def test_brought_words_have_the_stricter_lane_of_their_licence_and_the_sounds(words, sound, lane):
    verdicts = frame_of([verdict("t-b0")])
    frames = {"refine": frame_of(brought_captions(words)), "judge": verdicts}
    made = CAPTIONS.rows(frames).with_columns(row_id=CAPTIONS.row_id).collect()
    known = tracks(t=10.0).with_columns(lane=pl.lit(sound))
    texts = finish_texts(CAPTIONS.name, made, known, DEFAULTS, estimate_text_tokens)
    assert texts.kept["lane"].to_list() == ([] if lane is None else [lane])
    reasons = texts.left_out.select("row_id", "reason").rows()
    assert reasons == ([("t-b0", "text_licence")] if lane is None else [])
    if lane is not None:
        (row,) = from_table(to_released(texts.kept, CAPTIONS.row), CAPTIONS.row)
        assert (row.origin, row.original, row.completion) == ("set", "It is slow.", "It is fast.")
        assert (row.form, row.language, row.is_checked) == ("full", "en", True)
