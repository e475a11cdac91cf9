"""A reviewer's work: the sampled rows with their texts, and what was said of them so far."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.corpus.corpus import Corpus, TrackRows
from pipeline.review.judged import judge_scores
from pipeline.review.rows import Reviewed, editable_text, load_rows, row_refs, shown, text_hash
from pipeline.review.sample import draw_sample, with_bands
from pipeline.review.taking import UnknownRowError, verdict_from
from pipeline.review.verdicts import keep_verdict, read_verdicts, standing
from pipeline.views.pages.listening import head_facts, title_of
from pipeline.views.pages.score import score
from schemas.captions import SegmentCaption
from schemas.facts import MusicFacts
from schemas.review import HumanVerdict


@dataclass(frozen=True)
class Item:
    """A row to be reviewed."""

    stage: str
    row_id: str
    track_id: str
    row: Reviewed
    text_hash: str
    score: float | None


class ReviewQueue:
    """The rows that the review page works on; safe to use from several threads.

    Parameters
    ----------
    corpus : Corpus
    stages : sequence of str
        Whose rows are reviewed.
    n : int
        Rows in the sample.
    seed : int
        Decides the sample.
    shows_scores : bool
        Let reviewers see the judge's score; otherwise they are blind to it.
    """

    def __init__(
        self, corpus: Corpus, stages: Sequence[str], *, n: int, seed: int, shows_scores: bool
    ) -> None:
        self.corpus = corpus
        self.shows_scores = shows_scores
        self.items = _items(corpus, stages, n, seed)
        self._by_key = {(each.stage, each.row_id): each for each in self.items}
        self._track_ids = {each.track_id for each in self.items}
        self._tracks: dict[str, TrackRows] = {}
        self._lock = threading.Lock()

    def done(self, reviewer: str) -> list[HumanVerdict | None]:
        """The reviewer's verdict on each item, as its text stands; None where there is none.

        What was said of many rows at once is no verdict on an item.
        """
        given = (each for each in read_verdicts(self.corpus.store) if not each.in_bulk)
        mine = {
            (each.stage, each.row_id, each.text_hash): each
            for each in standing(given)
            if each.reviewer == reviewer
        }
        return [mine.get((each.stage, each.row_id, each.text_hash)) for each in self.items]

    def track(self, track_id: str) -> TrackRows:
        """A track of the sample, with its rows.

        Raises
        ------
        UnknownRowError
            If none of the items is about it.
        """
        if track_id not in self._track_ids:
            raise UnknownRowError("no such track among those to be reviewed")
        with self._lock:
            if track_id not in self._tracks:
                for each in self.corpus.rows_of_tracks([track_id]):
                    self._tracks[track_id] = each
            return self._tracks[track_id]

    def describe(self, number: int) -> dict[str, Any]:
        """An item as the page shows it, without its waveform; JSON values.

        Raises
        ------
        UnknownRowError
            If there is no such item.
        """
        if not 0 <= number < len(self.items):
            raise UnknownRowError(f"there is no item {number}")
        item = self.items[number]
        found = self.track(item.track_id)
        facts = found.one(MusicFacts)
        # What is judged is not read off the lanes: a window's caption is not shown beside itself.
        lanes = found.without(SegmentCaption) if item.stage == "caption" else found
        return {
            "number": number,
            "stage": item.stage,
            "row_id": item.row_id,
            "track_id": item.track_id,
            "text_hash": item.text_hash,
            "title": title_of(found.track),
            "artist": found.track.artist,
            "facts": [[each.name, each.value] for each in head_facts(found.track, facts)],
            "shown": shown(item.row, found.track.duration_s),
            "score": score(found.track.duration_s, lanes),
            "judge_score": item.score if self.shows_scores else None,
        }

    def take(self, given: dict[str, Any]) -> HumanVerdict:
        """Keep what a reviewer said.

        Parameters
        ----------
        said : dict
            The fields of `HumanVerdict` that a reviewer decides.

        Returns
        -------
        HumanVerdict

        Raises
        ------
        UnknownRowError
            If there is no such row, or its text is not the one that was shown.
        pydantic.ValidationError
            If a field is missing, unknown or wrong.
        StoreError
            If it cannot be written.
        """
        item = self._by_key.get((str(given.get("stage")), str(given.get("row_id"))))
        if item is None or given.get("text_hash") != item.text_hash:
            raise UnknownRowError("this text is not to be reviewed any more: reload the page")
        verdict = verdict_from(given, editable_text(item.row), is_blind=not self.shows_scores)
        with self._lock:
            keep_verdict(self.corpus.store, verdict)
        return verdict


def _items(corpus: Corpus, stages: Sequence[str], n: int, seed: int) -> list[Item]:
    refs = with_bands(row_refs(corpus, stages), judge_scores(corpus))
    chosen = draw_sample(refs, n=n, seed=seed)
    rows = load_rows(corpus, chosen)
    return [_item(ref, rows[ref["stage"], ref["row_id"]]) for ref in chosen.to_dicts()]


def _item(ref: dict[str, Any], row: Reviewed) -> Item:
    return Item(ref["stage"], ref["row_id"], ref["track_id"], row, text_hash(row), ref["score"])
