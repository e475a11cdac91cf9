"""What became of a text is told by the stages that judge texts, and by no others."""

from pipeline.corpus.corpus import TrackRows
from pipeline.views.decisions import decisions
from schemas.provenance import Rejection
from schemas.quality import Quality
from tests.pipeline.release.made_up import verdict
from tests.pipeline.views.test_pages import make_track

TRACK = make_track().track_id
PAIR = f"{TRACK}-q01"


def test_decisions_are_those_of_texts_and_of_their_chains_of_thought():
    refused = [
        Rejection(row_id=row_id, stage=stage, reason="why", detail="d")
        for stage, row_id in (
            ("caption", f"{TRACK}-0001"), ("lint", f"{TRACK}-q02"), ("select", PAIR),
            ("factcheck", TRACK), ("structure", TRACK),
        )
    ]  # fmt: skip
    judged = [verdict(TRACK), verdict(PAIR, "qa")]
    assert decisions(TrackRows(make_track(), {Quality: judged}, refused)) == {
        TRACK: "accepted",
        PAIR: "accepted",
        f"{TRACK}-q02": "lint: why: d",
        f"{PAIR}/thought": "select: why: d",
        f"{TRACK}/thought": "factcheck: why: d",
    }
