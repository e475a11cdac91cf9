"""What may be stated of rhythm, sound and form, and the sentences that say it."""

import pytest

from pipeline.builtin.describe import describe
from pipeline.lint import Evidence, Limits, lint_text
from pipeline.stages.describe.rhythm import stated_rhythm
from pipeline.stages.describe.sound import stated_sound
from schemas.facts import (
    CrossRhythm,
    EitherTempo,
    Instrument,
    MetreFamily,
    SoundQuality,
    TempoLevel,
    TimeLine,
    Tonic,
    Tuning,
    Voice,
)
from schemas.sections import MaxWrong
from tests.facts import (
    SURE,
    UNSURE,
    changing_metre,
    key_of,
    key_section,
    levels_of,
    metre_of,
    scale_of,
    tempo_of,
)
from tests.pipeline.stages.test_describe import CONFIG, facts_of, stated
from tests.pipeline.stages.test_sections import surely


def quality_of(**values):
    clean = {
        "bandwidth_hz": 20_000.0,
        "has_sharp_cutoff": False,
        "clipped_share": 0.0,
        "mono_in_stereo": False,
        "hum_hz": None,
        "hum_dbfs": None,
    }
    return SoundQuality(**clean | values)


def octave(p_right, half, q_value=0.03, bpm=70.0):
    """An unsure tempo, and how sure it or its half is."""
    either = EitherTempo(bpm=bpm, p_right=p_right + half, q_value=q_value)
    levels = levels_of(140.0, half=half)
    return tempo_of(140.0, p_right=p_right, q_value=0.2, levels=levels, either=either)


def in_family(*beats_per_bar, q_value=0.03):
    """An unsure metre, and how sure its family is."""
    family = MetreFamily(beats_per_bar=list(beats_per_bar), p_right=0.95, q_value=q_value)
    return metre_of(beats_per_bar[-1], family=family, **UNSURE)


@pytest.mark.parametrize(
    ("tempo", "stated"),
    [
        (tempo_of(140.0), {"tempo": {"bpm": 140.0}}),
        (tempo_of(140.0, kind="drifting"), {"tempo": {"bpm": 140.0, "drifts": True}}),
        (octave(0.8, 0.17), {"either_bpm": [140.0, 70.0]}),
        (octave(0.8, 0.1, q_value=0.07), {}),  # too much is left for other tempi
        (octave(0.93, 0.04), {}),  # half the tempo is too unlikely to be named
        (octave(0.8, 0.17, bpm=280.0), {}),  # nobody feels so many beats
        (None, {}),
    ],
)
def test_a_tempo_is_stated_or_two_of_which_one_is_surely_right(tempo, stated):
    assert stated_rhythm(facts_of(tempo=tempo, metre=None), MaxWrong()) == stated


def test_a_tempo_two_thirds_of_another_is_never_the_other_octave():
    levels = [TempoLevel(bpm=93.3, p_right=0.19)]
    tempo = tempo_of(140.0, p_right=0.8, q_value=0.2, levels=levels)
    assert stated_rhythm(facts_of(tempo=tempo, metre=None), MaxWrong()) == {}


@pytest.mark.parametrize(
    ("metre", "stated"),
    [
        (in_family(2, 4), {"either_beats_per_bar": [2, 4]}),
        (in_family(2, 4, q_value=0.1), {}),
        (in_family(3), {}),  # as unsure as three beats in a bar
    ],
)
def test_bars_are_told_to_have_two_or_four_beats_where_only_that_is_sure(metre, stated):
    assert stated_rhythm(facts_of(tempo=None, metre=metre), MaxWrong()) == stated


def test_duple_time_is_said_and_found_right():
    facts = facts_of(tempo=None, metre=in_family(2, 4))
    text = describe(stated(facts)[0]).low_level
    assert "duple time, with 2 or 4 beats in a bar" in text
    evidence = Evidence(facts, limits=Limits(sure=CONFIG))
    assert [each.verdict for each in lint_text("It is in duple time.", evidence)] == ["right"]


def test_changes_of_metre_are_said_with_their_times_and_found_right():
    facts = facts_of(tempo=None, **changing_metre((0.5, 14.53, 3), (14.53, 40.0, 7)))
    found = stated(facts)[0]
    assert found["metre_sections"] == [
        {"from_s": 0.5, "to_s": 14.5, "beats_per_bar": 3},
        {"from_s": 14.5, "to_s": 40.0, "beats_per_bar": 7},
    ]
    text = describe(found).low_level
    assert "The metre changes, with 3 beats in a bar at first, then 7 from 0:14." in text
    findings = lint_text(text, Evidence(facts, limits=Limits(sure=CONFIG)))
    assert "right" in [each.verdict for each in findings if each.kind == "metre"]
    assert "wrong" not in [each.verdict for each in findings]


def test_bell_and_cross_rhythm_are_said_and_are_no_metre():
    facts = facts_of(
        metre=metre_of(4),
        time_line=TimeLine(beats=4.0, first_beat=0.0, agreement=0.8),
        cross_rhythm=CrossRhythm(first_beat=0, share=0.8),
    )
    found = stated(facts)[0]
    assert found["time_line"] == "standard bell"
    assert found["cross_rhythm"] == "three against four"
    text = describe(found).low_level
    assert "The standard bell pattern runs through it." in text
    assert "Strokes of three against four run across the beat." in text
    findings = lint_text(text, Evidence(facts, limits=Limits(sure=CONFIG)))
    assert [each.verdict for each in findings if each.kind == "metre"] == ["right"]
    assert "wrong" not in [each.verdict for each in findings]


@pytest.mark.parametrize(
    ("unsure", "told"),
    [
        ({"key": key_of("D", "minor", **UNSURE)}, True),
        ({"scale": scale_of("D", "dorian", **UNSURE), "key": None, "key_sections": None}, True),
        ({"key": key_of("D", "minor"), "key_sections": [key_section("D", "minor", 0, 60)]}, False),
        ({"key": key_of("D", "minor", **UNSURE),
          "key_sections": [key_section("F", "major", 0, 9, **UNSURE)]}, False),
    ],
)  # fmt: skip
def test_a_tonic_is_told_where_it_is_sure_and_its_scale_is_not(unsure, told):
    facts = facts_of(**{"key_sections": [], "tonic": Tonic(name="D", **SURE)} | unsure)
    found = stated(facts)[0]
    assert found.get("tonic") == ("D" if told else None)
    assert ("Its tonic is D." in describe(found).low_level) is told
    evidence = Evidence(facts, limits=Limits(sure=CONFIG))
    if told:
        assert "wrong" not in [each.verdict for each in lint_text("Its tonic is D.", evidence)]
        (other,) = lint_text("Its tonic is Db.", evidence)
        assert other.verdict == "wrong"
    doubted = facts.model_copy(update={"tonic": Tonic(name="D", **UNSURE)})
    assert "tonic" not in stated(doubted)[0]


@pytest.mark.parametrize(
    ("cents", "certainty", "told"),
    [(28.3, SURE, {"cents_from_a440": 28}), (-31.0, SURE, {"cents_from_a440": -31}),
     (6.0, SURE, None), (28.3, UNSURE, None)],
)  # fmt: skip
def test_a_tuning_that_is_surely_off_is_told_and_found_right(cents, certainty, told):
    facts = facts_of(tuning=Tuning(cents=cents, **certainty))
    found = stated(facts)[0]
    assert found.get("tuning") == told
    text = describe(found).low_level
    way = "sharp" if cents > 0 else "flat"
    sentence = f"It is tuned about {abs(round(cents))} cents {way} of concert pitch."
    assert (sentence in text) is (told is not None)
    if told:
        evidence = Evidence(facts, limits=Limits(sure=CONFIG))
        assert [each.verdict for each in lint_text(sentence, evidence)] == ["right"]


def test_a_sure_metre_is_told_as_musicians_write_it():
    metre = metre_of(7, name="7/8", grouping=[2, 2, 3], swing_ratio=1.84)
    found = stated_rhythm(facts_of(tempo=None, metre=metre), MaxWrong())
    assert found == {
        "beats_per_bar": 7, "metre": "7/8", "grouping": [2, 2, 3], "swing_ratio": 1.8,
    }  # fmt: skip
    three_of_six = facts_of(tempo=None, metre=metre_of(3, name="6/8"))
    assert stated_rhythm(three_of_six, MaxWrong()) == {"metre": "6/8"}
    unsure = metre_of(7, name="7/8", **UNSURE)
    assert stated_rhythm(facts_of(tempo=None, metre=unsure), MaxWrong()) == {}


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"instruments": [Instrument(name="drums", share_of_time=1.0, **SURE)]},
         {"instruments": ["drums"]}),
        ({"instruments": [Instrument(name="drums", share_of_time=1.0, **UNSURE)]}, {}),
        ({"voice": Voice(share_of_time=0.4, **SURE)}, {"voice": True}),
        ({"voice": Voice(share_of_time=0.0, **SURE)}, {"voice": False}),
        ({"voice": Voice(share_of_time=0.0, **UNSURE)}, {}),
        ({"quality": quality_of()}, {}),
        ({"quality": quality_of(mono_in_stereo=True)}, {"sound": {"mono_in_stereo": True}}),
        ({"quality": quality_of(hum_hz=50, hum_dbfs=-50.0)}, {"sound": {"hum_hz": 50}}),
        ({"quality": quality_of(bandwidth_hz=11_025.0, has_sharp_cutoff=True)},
         {"sound": {"nothing_above_khz": 11}}),
        ({"quality": quality_of(bandwidth_hz=11_025.0)}, {}),
    ],
)  # fmt: skip
def test_of_the_sound_only_what_is_sure_is_stated(facts, found):
    assert stated_sound(facts_of(**facts), MaxWrong()) == found


def test_what_is_unsure_is_told_as_withheld():
    unsure = surely("A B C", start_q_value=UNSURE["q_value"])
    found, withheld = stated(
        facts_of(
            sections=unsure,
            voice=Voice(share_of_time=0.0, **UNSURE),
            instruments=[Instrument(name="drums", share_of_time=1.0, **UNSURE)],
        )
    )
    assert not {"sections", "voice", "instruments"} & set(found)
    assert [(each.field, each.detail) for each in withheld] == [
        ("sections", "2 of 2 starts"),
        ("instruments", "drums p_right 0.600"),
        ("voice", "p_right 0.600"),
    ]


def test_the_built_in_writer_says_it_in_sentences_that_the_lint_finds_right():
    facts = facts_of(
        tempo=octave(0.8, 0.18),
        metre=metre_of(4, name="4/4", swing_ratio=1.5),
        sections=surely("A B:-4 A"),
        instruments=[Instrument(name="drums", share_of_time=1.0, **SURE)],
        voice=Voice(share_of_time=0.0, **SURE),
        quality=quality_of(mono_in_stereo=True, bandwidth_hz=11_025.0, has_sharp_cutoff=True),
    )
    parts = describe(stated(facts)[0])
    assert "at about 140 beats per minute, or at 70 in half time." in parts.low_level
    assert "The metre is 4/4." in parts.low_level
    assert "The eighths swing, 1.5 to 1." in parts.low_level
    assert parts.instrumentation.startswith(
        "Among the instruments are drums. There are no vocals. Left and right are the same: the "
        "sound is mono. Nothing is heard above 11 kHz."
    )
    assert parts.form.startswith(
        "From 0:00 to 0:20 the music is in C major and rests on C and Am. "
        "At 0:20 a new section begins. From 0:20 to 0:40 the music is softer than the rest, is in "
        "C major and rests on Am and F/A. "
        "At 0:40 the music of 0:00 returns. From 0:40 to 1:00 the music is in C major and rests "
        "on F/A."
    )
    evidence = Evidence(facts, limits=Limits(sure=CONFIG))
    text = "\n\n".join(each for each in parts.model_dump().values() if each)
    findings = lint_text(text, evidence)
    assert [each for each in findings if each.verdict == "wrong"] == []
    right = [each.kind for each in findings if each.verdict == "right"]
    assert right.count("section") == 1
    assert {"instrument", "vocals", "metre", "chord"} <= set(right)
