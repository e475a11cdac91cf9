"""People's verdicts in a release."""

import polars as pl
import pytest

from pipeline.release.create import create_release
from pipeline.release.diff import diff_releases
from pipeline.release.folder import find_release
from pipeline.release.reviewed import settle
from pipeline.release.verify import verify_release
from pipeline.review.rows import ID_FIELDS, MODELS, text_hash
from pipeline.review.verdicts import keep_verdict
from schemas.review import BulkVerdict, HumanVerdict
from tests.pipeline.release.made_up import (
    Here,
    build,
    caption,
    listing,
    make_config,
    pair,
    thought,
    track_id,
)


def said(verdict, row=None, reviewer="Ada", edited=None, reasons=(), at=0):
    row = row or caption("t" * 32)
    stage = next(name for name, model in MODELS.items() if isinstance(row, model))
    return HumanVerdict(
        stage=stage,
        row_id=getattr(row, ID_FIELDS[stage]),
        track_id=row.track_id,
        text_hash=text_hash(row),
        reviewer=reviewer,
        verdict=verdict,
        reasons=list(reasons),
        edited_text=edited,
        is_blind=True,
        made_at=f"2026-01-01T00:00:{at:02d}+00:00",
    )


@pytest.mark.parametrize(
    ("verdicts", "wanted"),
    [
        ([said("accept")], []),
        ([said("reject", reasons=["vague", "leak"])], [("review: rejected", "leak, vague", None)]),
        ([said("reject"), said("accept", reviewer="Bo")], []),
        ([said("reject"), said("accept")], []),
        ([said("edit", edited="So.")], [("review: edited", "", "So.")]),
        (
            [said("edit", edited="So."), said("edit", reviewer="Bo", edited="Thus.", at=1)],
            [("review: edited", "", "Thus.")],
        ),
        (
            [said("edit", edited="So."), said("reject", reviewer="Bo")],
            [("review: edited", "", "So.")],
        ),
        (
            [said("edit", edited="So."), *(said("reject", reviewer=name) for name in ("B", "C"))],
            [("review: rejected", "", None)],
        ),
    ],
)  # fmt: skip
def test_most_people_decide_and_a_tie_decides_nothing(verdicts, wanted):
    assert settle(verdicts).select("reason", "detail", "edited").rows() == wanted


def test_what_people_refuse_goes_and_what_they_edit_is_in_their_words(tmp_path):
    config = make_config(tmp_path)
    store = build(config, listing(4))
    create_release(config, "v1", Here())
    tracks = [track_id(f"song{number:03d}.ogg") for number in range(4)]
    for verdict in (
        said("reject", caption(tracks[0]), reasons=["wrong_key"]),
        said("edit", caption(tracks[1]), edited="It is in  A minor."),
        said("reject", caption(tracks[2], "An earlier text.")),
        said("edit", pair(tracks[0]), edited="B"),
        said("edit", pair(tracks[1]), edited="None of these"),
        said("accept", pair(tracks[2])),
    ):
        keep_verdict(store, verdict)
    manifest = create_release(config, "v2", Here())

    new = find_release(store, "v2")
    captions, qa, thoughts, left_out = (
        pl.concat([rows for _, rows in new.frames(name)])
        for name in ("mf-skills/captions", "mf-skills/qa", "mf-think", "left-out")
    )
    assert set(captions["track_id"]) == set(tracks[1:])
    (edited,) = captions.filter(track_id=tracks[1]).to_dicts()
    assert edited["completion"] == "It is in  A minor."
    assert edited["n_words"] == 5
    assert all(entry["is_measured"] for entry in edited["categories"] or [])
    assert edited["authorship"]["engine"] == "people"
    (kept,) = captions.filter(track_id=tracks[2]).to_dicts()
    assert kept["authorship"]["engine"] == "openai"
    assert {row["track_id"]: row["answer"] for row in qa.to_dicts()} == {
        tracks[0]: "B", tracks[2]: "A", tracks[3]: "A",
    }  # fmt: skip
    assert qa.filter(track_id=tracks[0])["completion"].item() == "B"
    assert qa["gold_answer"].to_list() == qa["answer"].to_list()
    assert set(thoughts["track_id"]) == set(tracks[2:])
    found = left_out.select("dataset", "track_id", "reason", "detail").rows()
    assert sorted(found) == sorted(
        [
            ("mf-skills/captions", tracks[0], "review: rejected", "wrong_key"),
            ("mf-skills/qa", tracks[1], "review: edited", ""),
            ("mf-think", tracks[0], "review: edited", ""),
            ("mf-think", tracks[1], "review: edited", ""),
        ]
    )
    assert all(d.n_in == d.n_rows + sum(d.left_out.values()) for d in manifest.datasets)
    assert verify_release(new) == []
    changes = diff_releases(find_release(store, "v1"), new).rows.filter(pl.col("change") == "went")
    assert set(changes["why"]) == {"left out: review: rejected", "left out: review: edited"}


def test_a_chain_is_refused_alone_and_many_texts_at_once(tmp_path):
    config = make_config(tmp_path)
    store = build(config, listing(4))
    tracks = [track_id(f"song{number:03d}.ogg") for number in range(4)]
    pairs = [pair(track) for track in tracks]
    keep_verdict(store, said("reject", thought(pairs[0].qa_id), reasons=["wrong_chords"]))
    keep_verdict(store, said("edit", pairs[1], edited="B"))
    texts = {
        "describe": {track: text_hash(caption(track)) for track in tracks[:3]},
        "question": {each.qa_id: text_hash(each) for each in pairs[1:3]},
    }
    bulk = BulkVerdict(reviewer="Bo", verdict="reject", texts=texts, made_at="2026-01-02")
    keep_verdict(store, bulk)
    accept = {"texts": {"question": texts["question"]}, "verdict": "accept", "reviewer": "Cy"}
    keep_verdict(store, bulk.model_copy(update=accept))
    manifest = create_release(config, "v1", Here())
    captions, qa, thoughts, left_out = (
        pl.concat([rows for _, rows in find_release(store, "v1").frames(name)])
        for name in ("mf-skills/captions", "mf-skills/qa", "mf-think", "left-out")
    )
    assert set(captions["track_id"]) == {tracks[3]}
    assert {row["track_id"]: row["answer"] for row in qa.to_dicts()} == {
        tracks[0]: "A", tracks[1]: "B", tracks[2]: "A", tracks[3]: "A",
    }, "one of two refusals is an edit; one for and one against decides nothing"  # fmt: skip
    assert set(thoughts["track_id"]) == set(tracks[2:])
    found = left_out.filter(dataset="mf-think").select("track_id", "reason", "detail").rows()
    assert sorted(found) == sorted(
        [(tracks[0], "review: rejected", "wrong_chords"), (tracks[1], "review: edited", "")]
    )
    assert all(d.n_in == d.n_rows + sum(d.left_out.values()) for d in manifest.datasets)
