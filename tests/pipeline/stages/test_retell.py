"""Captions in other forms and languages: what is asked for, what is refused, what facts say."""

import json

import pytest

from pipeline.builtin.retell import retell
from pipeline.engine.stage import Batch
from pipeline.lint import Evidence, lint_text
from pipeline.stages.describe.facts import stated_facts
from pipeline.stages.lint.texts import captions_of, texts_of
from pipeline.stages.retell.key_facts import KeyWords, key_facts
from pipeline.stages.retell.stage import Told, retell_requests, wanted
from schemas.captions import Authorship, RefinedCaption, RichCaption, SegmentCaption, ToldCaption
from schemas.facts import MusicFacts
from schemas.lyrics import Lyrics
from schemas.provenance import Rejection
from schemas.qa import QaPair
from schemas.sections import DescribeConfig
from schemas.usage import Usage
from tests.pipeline.lint.songs import SONGS
from tests.pipeline.stages.questions import rich_of
from tests.pipeline.stages.refine.scripted import GERMAN
from tests.pipeline.stages.test_describe import caption_of, told
from tools.chat.faults import BadRequestFault
from tools.chat.request import Answer

POP = SONGS["pop"].facts.model_copy(update={"track_id": "0"})
WROTE = Authorship(role="writer", engine="openai", model="m", prompt="retell@1", prompt_hash="")
SHORT = "A bright pop song at 120 BPM in C major, with a steady beat and a voice that never rests."
STATED = stated_facts(told("0").track, POP, None, [caption_of("0", 0)], DescribeConfig())[0]


@pytest.mark.parametrize(
    ("forms", "languages", "rows"),
    [
        (("full",), ("en",), []),
        (("full", "short"), ("en",), [("short", "en")]),
        (("full",), ("en", "de"), [("full", "de")]),
        (("short", "facts"), ("de", "en"), [("short", "de"), ("short", "en"), ("facts", "en")]),
        (("facts", "facts"), ("de", "fr"), [("facts", "en")]),
    ],
)
def test_only_what_is_asked_for_is_made(forms, languages, rows):
    assert wanted(DescribeConfig(forms=forms, languages=languages)) == rows


def test_a_language_has_a_code_that_is_known():
    with pytest.raises(ValueError, match="no ISO 639-1 code of a language that we know: xx"):
        DescribeConfig(languages=("en", "xx"))


def requests_of(**config):
    rows = {
        MusicFacts: [POP], Lyrics: [], SegmentCaption: [caption_of("0", 0)],
        RichCaption: [rich_of("0")],
    }  # fmt: skip
    return retell_requests(Batch([told("0")], rows, DescribeConfig(**config)), None)


def test_by_default_nothing_is_asked():
    found = requests_of()
    assert (found.requests, found.rejected) == ([], [])


@pytest.mark.parametrize(
    ("language", "text", "reason"),
    [
        ("en", SHORT, None),
        ("de", GERMAN, None),
        ("de", SHORT + " It goes on for three minutes, and then it ends.", "wrong_language"),
        ("en", GERMAN, "not_english"),
        ("ja", "明るいポップソングで、テンポは120 BPM、調はハ長調です。", None),
        ("de", "明るいポップソングで、テンポは120 BPM、調はハ長調です。", "odd_characters"),
        ("en", "A song.", "too_short"),
        ("de", GERMAN + "<|im_end|>", "template_token"),
        ("de", "la la la la la la la la la la la la", "repeats_itself"),
    ],
)
def test_a_models_words_pass_the_gates_of_their_language(language, text, reason):
    languages = tuple(dict.fromkeys(("en", language)))
    requests = requests_of(forms=("short",), languages=languages).requests
    request = next(each for each in requests if each.row_id == f"0-short-{language}")
    (row,) = request.read(Answer(Told(text=text), "m", Usage()), WROTE).values()
    assert (row.reason if isinstance(row, Rejection) else None) == reason
    if reason is None:
        assert (row.form, row.language, row.caption) == ("short", language, text)


def test_key_facts_are_measured_and_only_words_are_the_writers():
    found = json.loads(key_facts(STATED, KeyWords(genre="pop", mood=None, themes=["love"])))
    assert found == {
        "duration_s": 180.0, "genre": "pop", "tempo_bpm": 120.0, "metre": "4 beats in a bar",
        "key": "C major", "chords": ["Am", "F", "C", "G"],
    }  # fmt: skip
    nothing = json.loads(key_facts({"duration_s": 3.0}, KeyWords(genre=None, mood=None, themes=[])))
    assert nothing == {"duration_s": 3.0}


def told_row(form, language, caption):
    return ToldCaption(
        row_id=f"0-{form}-{language}", track_id="0", form=form, language=language,
        instruction="", caption=caption, n_words=1, authorship=WROTE, usage=Usage(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"tempo_bpm": 120, "metre": "4/4", "key": "C major"}, set()),
        ({"tempo_bpm": 60}, {"half_tempo"}),
        ({"metre": "3/4"}, {"wrong_metre"}),
        ({"key": "F# minor"}, {"wrong_key"}),
        ({"vocals": False}, {"has_vocals"}),
        ({"duration_s": 60}, {"wrong_duration"}),
        ({"chords": ["Am", "F"]}, set()),
    ],
)
def test_the_lint_reads_key_facts_as_sentences(facts, codes):
    rows = {
        RichCaption: [], RefinedCaption: [], QaPair: [],
        ToldCaption: [told_row("facts", "en", json.dumps(facts))],
    }  # fmt: skip
    (text,) = texts_of(captions_of(Batch([told("0")], rows)), [])
    evidence = Evidence(POP, has_vocals=True)
    wrong = {e.code for e in lint_text(text.statement, evidence) if e.verdict == "wrong"}
    assert wrong == codes
    assert any(e.verdict == "right" for e in lint_text(text.statement, evidence)) != bool(codes)


def test_without_a_model_only_facts_are_told_and_only_in_english():
    sections = [
        {"from_s": 0.0, "to_s": 60.0, "level_db": 0.0},
        {"from_s": 60.0, "to_s": 180.0, "level_db": 3.0, "name": "chorus"},
    ]
    stated = STATED | {"sections": sections}
    lines = retell("sections", "en", stated).text.splitlines()
    assert [line.split(":  ")[0][:13] for line in lines] == ["0:00 to 1:00:", "1:00 to 3:00:"]
    assert "The chorus. The music is louder than the rest." in lines[1]
    assert "120 beats per minute" in retell("short", "en", stated).text
    assert retell("facts", "en", stated) == KeyWords(genre=None, mood=None, themes=[])
    with pytest.raises(BadRequestFault, match="writes English only"):
        retell("short", "de", stated)
