"""Material for tests of questions: facts, segments, captions and pairs of made-up tracks."""

from pipeline.stages.question.material import gather
from schemas.captions import CaptionParts, RichCaption
from schemas.facts import Progression
from schemas.ids import pair_id, segment_id
from schemas.lyrics import SungLine
from schemas.provenance import Unmeasured
from schemas.qa import Distractor, QaPair, References
from schemas.sections import MaxWrong
from schemas.tracks import Segment
from schemas.usage import Usage
from tests.facts import chords_of
from tests.pipeline.stages.test_describe import WROTE, caption_of, facts_of, section

SONG = ["C", "A:min", "F", "G:7", "C", "F", "D:min7", "G"]
LINES = [
    SungLine(start_s=10.0 * n, end_s=10.0 * n + 6, text=text, confidence=0.9)
    for n, text in enumerate(
        [
            "the river runs below the town",
            "and nobody knows my name",
            "carry me home before the dawn",
            "over the hills we go",
            "nothing is left but rain",
        ]
    )
]


def rich_of(track_id="0", withheld=(), caption="A quiet piece.\n\nIt ends."):
    parts = CaptionParts(
        low_level="A", instrumentation="B", lyrics=None, form="C", theory=None, mood="D"
    )
    return RichCaption(
        track_id=track_id, instruction="Describe it.", caption=caption, parts=parts, n_words=5,
        withheld=[Unmeasured(field=each, reason="unsure") for each in withheld],
        authorship=WROTE, usage=Usage(),
    )  # fmt: skip


def segments_of(track_id="0", levels=(-12.0, -20.0, -15.0, None, -9.0, -25.0), length_s=20.0):
    return [
        Segment(
            segment_id=segment_id(track_id, index), track_id=track_id, index=index,
            start_s=index * length_s, end_s=(index + 1) * length_s,
            rms_dbfs=level, is_silent=level is None,
        )
        for index, level in enumerate(levels)
    ]  # fmt: skip


def song_of(track_id="0", **values):
    """Two minutes in C major, then in D major; a chord lasts 3 s."""
    keys = [section(0, 60), section(60, 120, tonic="D")]
    changes = [(3.0 * n, SONG[n % len(SONG)]) for n in range(20)]
    changes += [(60.0 + 3.0 * n, ["D", "G", "A:7", "B:min"][n % 4]) for n in range(20)]
    measured = {
        "duration_s": 120.0,
        "key_sections": keys,
        "chords": chords_of(changes, duration_s=120.0, keys=keys),
        "progressions": [Progression(numerals=["I", "IV", "V7", "vi"], count=5)],
    }
    return facts_of(track_id, **(measured | values))


def material_of(facts=None, withheld=(), lines=(), **levels):
    facts = facts or song_of()
    track_id = facts.track_id
    captions = [caption_of(track_id, index) for index in range(3)]
    return gather(
        facts,
        segments_of(track_id, **levels),
        captions,
        rich_of(track_id, withheld),
        lines,
        MaxWrong(),
    )


def pair_of(number=0, track_id="0", **values):
    wrong = [Distractor(text=text, kind="related") for text in ("F", "G", "A")]
    given = {
        "qa_id": pair_id(track_id, number), "track_id": track_id, "skill": "harmony",
        "form": "multiple_choice", "type": "chord", "style": "chord_at", "rationale": None,
        "references": References(seconds=[], bars=[], chords=[]),
        "question": "Which chord sounds around 0:10?", "answer": "C",
        "options": ["F", "C", "G", "A"], "distractors": wrong, "shuffle_seed": 1,
        "about_start_s": None, "about_end_s": None, "evidence": ["chords"], "authorship": WROTE,
        "usage": Usage(),
    }  # fmt: skip
    if values.get("form") == "open":
        given |= {"options": None, "distractors": None, "shuffle_seed": None}
    return QaPair(**(given | values))
