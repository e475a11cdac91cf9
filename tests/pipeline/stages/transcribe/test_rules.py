"""Which lines are not believed, each rule with text that trips it and text that must not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.transcribe.lines import Line, lines_of
from pipeline.stages.transcribe.phrases import INVENTED_PHRASES
from pipeline.stages.transcribe.rules import Evidence, judge_line, judge_lines, plain_words
from schemas.transcribe import TranscribeConfig
from tests.phrases import song
from tools.lyrics.transcript import Decoding, TranscribedWord
from tools.lyrics.vocals import levels_dbfs

CONFIG = TranscribeConfig()
LOUD = Evidence(np.full(10_000, -20, np.float32), None)


def words_of(text, *, start_s=0.0, word_s=0.4):
    return [
        TranscribedWord(word, start_s + i * word_s, start_s + (i + 1) * word_s, 0.9)
        for i, word in enumerate(text.split())
    ]


def line_of(text, **times):
    return Line(tuple(words_of(text, **times)))


def rule_of(text, *, config=CONFIG, language=None, **times):
    verdict = judge_line(line_of(text, **times), Evidence(LOUD.levels_dbfs, language), config)
    return verdict and verdict[0]


@pytest.mark.parametrize(
    "text",
    [
        "the morning light is shining on the river",
        "Let it be, let it be",
        "hello",
        "na na hey hey goodbye",
        "Is this the real life?",
        "thank you for the music, the songs I'm singing",
        "subscribed to nothing but your love",
        "I will always love you, I will always",
    ],
)
def test_lines_of_songs_are_believed(text):
    assert rule_of(text) is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("love me <|im_end|> now", "markup"),
        ("user: love me now", "markup"),
        ("yeah yeah yeah yeah yeah", "repeated_words"),
        ("You! you, YOU you", "repeated_words"),
        ("a b a b a", "repeated_words"),  # 2 of 5: the threshold itself
        ("a" * 25, "long_word"),
        ("so abcdefghijklmnop is it", "long_word"),  # 16 against 2 characters
        ("Thanks for watching!", "known_phrase"),
        ("Thanks for watching and goodbye", "known_phrase"),
        ("Subtitles by the Amara.org community", "known_phrase"),
        ("\u00a9 transcript Emily Beynon", "known_phrase"),
        ("Untertitel der Amara.org-Community", "known_phrase"),
    ],
)
def test_each_rule_has_text_that_trips_it(text, rule):
    assert rule_of(text.replace("\u00a9 ", "")) == rule


def test_the_threshold_of_repeated_words_is_0_4():
    assert rule_of("a b c a b c a") is None  # 3 of 7
    assert rule_of("a b a b a") == "repeated_words"
    assert rule_of("a b a b a", config=TranscribeConfig(max_repeated_share=0.39)) is None


def test_the_threshold_of_long_words_is_25_and_35_in_compounding_languages():
    assert rule_of("a" * 24 + " " + "b" * 20, word_s=1.0) is None
    word = "Rindfleischetikettierungs"
    assert len(word) == 25
    assert rule_of(f"{word} gesetz", language="en") == "long_word"
    assert rule_of(f"{word} gesetz", language="de", word_s=1.0) is None
    assert rule_of("a" * 35, language="fi") == "long_word"
    assert rule_of("abcdefghijklmno is", language="de") is None


def test_the_threshold_of_speed_is_40_characters_a_second():
    text = "one two three four five six seven eight nine ten"
    n_characters = len(text.replace(" ", ""))
    slow_s = n_characters / 39 / 10
    fast_s = n_characters / 41 / 10
    config = TranscribeConfig(max_chars_per_s=10)
    assert rule_of(text, word_s=slow_s) is None
    for times in ({"word_s": 0.01}, {"word_s": fast_s}):
        assert n_characters / max(1.0, 10 * times["word_s"]) < 40
        assert rule_of(text, **times) is None, "less than a second counts as one"
    long = " ".join([text] * 3)
    assert rule_of(long, word_s=0.04, config=TranscribeConfig(max_repeated_share=0)) == "too_fast"
    assert rule_of(text, word_s=0.2, config=config) == "too_fast"


def test_words_over_silence_are_refused_and_beside_it_kept():
    sound, words = song([0, 1])
    levels = levels_dbfs(sound)
    spoken = [TranscribedWord(word, start_s, end_s, 0.9) for word, start_s, end_s in words]
    kept, refused = judge_lines(lines_of(spoken, gap_s=1, max_s=30), Evidence(levels, None), CONFIG)
    assert len(kept) == 2 and refused == []
    pause_s = 4.0  # between the phrases
    late = [TranscribedWord(word, pause_s + 0.3 * i, pause_s + 0.3 * i + 0.1, 0.9)
            for i, word in enumerate(["see", "you", "soon"])]  # fmt: skip
    kept, refused = judge_lines([Line(tuple(late))], Evidence(levels, None), CONFIG)
    assert kept == []
    assert [(each.text, each.rule) for each in refused] == [("see you soon", "over_silence")]


def test_words_after_the_end_are_over_silence():
    line = line_of("what is here", start_s=1000.0)
    verdict = judge_line(line, Evidence(np.full(10, -20, np.float32), None), CONFIG)
    assert verdict[0] == "over_silence"


@pytest.mark.parametrize("phrase", ["oh", "oh my", "i will not go home now dear friend"])
def test_a_loop_over_many_lines_is_refused_whole_and_a_chorus_is_kept(phrase):
    n = CONFIG.max_phrase_repeats
    song_lines = [
        line_of(f"verse {i} begins here somehow", start_s=200.0 + 10 * i) for i in range(2)
    ]
    config = TranscribeConfig(max_repeated_share=0)
    loop = [line_of(phrase, start_s=10.0 * i) for i in range(n)]
    kept, refused = judge_lines([*loop, *song_lines], LOUD, config)
    assert [line.text for line in kept] == [line.text for line in song_lines]
    assert {each.rule for each in refused} == {"repeated_phrase"} and len(refused) == n
    assert f"{n} times in a row" in refused[0].detail
    kept, refused = judge_lines([*loop[1:], *song_lines], LOUD, config)
    assert len(kept) == n + 1 and refused == []


DOUBTS = {
    "no_speech": (Decoding(0.61, -0.2, 1.0), Decoding(0.6, -0.2, 1.0)),
    "low_probability": (Decoding(0.1, -1.01, 1.0), Decoding(0.1, -1.0, 1.0)),
    "compressible": (Decoding(0.1, -0.2, 2.41), Decoding(0.1, -0.2, 2.4)),
}


@pytest.mark.parametrize("rule", DOUBTS)
def test_what_whisper_doubts_is_refused_if_it_is_most_of_a_line(rule):
    doubted, believed = DOUBTS[rule]

    def verdict(*decodings):
        words = words_of("the morning light is shining over")
        pairs = zip(words, decodings, strict=True)
        line = Line(tuple(replace(word, decoding=decoding) for word, decoding in pairs))
        found = judge_line(line, LOUD, CONFIG)
        return found and found[0]

    assert verdict(*[doubted] * 4, *[believed] * 2) == rule
    assert verdict(*[doubted] * 3, *[believed] * 3) is None
    assert verdict(*[believed] * 6) is None
    assert verdict(*[doubted] * 3, *[None] * 3) is None


def test_words_without_times_stay_in_the_line_they_came_in():
    span, later = (0.0, 12.0), (12.0, 20.0)
    untimed = [
        TranscribedWord(word, *times, None, line=line)
        for line, times in ((0, span), (1, span), (0, later))
        for word in ("oh", "my")
    ]
    timed = words_of("love of mine", start_s=20.0)
    lines = lines_of([*untimed, *timed], gap_s=1, max_s=30)
    assert [(line.text, line.start_s, line.end_s) for line in lines[:3]] == [
        ("oh my", *span), ("oh my", *span), ("oh my", *later)
    ]  # fmt: skip
    assert [line.text for line in lines[3:]] == ["love of mine"]


def test_phrases_of_the_config_are_added():
    config = TranscribeConfig(phrases=("Radio Example", "ok"))
    assert rule_of("radio example is on", config=config) == "known_phrase"
    assert rule_of("radio examples are on", config=config) is None
    assert rule_of("ok", config=config) == "known_phrase"
    assert rule_of("ok then", config=config) is None, "short phrases must be the whole line"


@pytest.mark.parametrize("phrase", INVENTED_PHRASES)
def test_every_listed_phrase_is_refused(phrase):
    assert rule_of(phrase) in ("known_phrase", "long_word")


some_words = st.lists(
    st.tuples(st.sampled_from(["la", "love", "x" * 30, "thanks", "for", "watching", "!"]),
              st.floats(0, 3), st.floats(0, 2)),
    max_size=40,
)  # fmt: skip


@st.composite
def heard_words(draw):
    time_s, words = 0.0, []
    for text, gap_s, length_s in draw(some_words):
        words.append(TranscribedWord(text, time_s + gap_s, time_s + gap_s + length_s, 0.5))
        time_s += gap_s + length_s
    return words


@given(heard_words(), st.floats(0.1, 2), st.floats(1, 30))
def test_no_word_is_lost(words, gap_s, max_s):
    lines = lines_of(words, gap_s=gap_s, max_s=max_s)
    assert [word for line in lines for word in line.words] == words
    assert all(len(line.words) == 1 or line.end_s - line.start_s <= max_s for line in lines)
    kept, refused = judge_lines(lines, LOUD, CONFIG)
    assert sorted([line.text for line in kept] + [each.text for each in refused]) == sorted(
        line.text for line in lines
    )
    assert [each.start_s for each in refused] == sorted(each.start_s for each in refused)


def test_plain_words():
    assert plain_words("Don't STOP, me-now!") == ["don't", "stop", "me-now"]
