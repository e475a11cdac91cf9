"""How often changes of metre are found, where there are some and where there are none.

``python -m benchmarks.facts.metre_changes OUT...``, of folders that `benchmarks.facts.hear` heard.
Constants were chosen on the pieces with even numbers; those with odd numbers judge.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.facts.examples import heard_tracks
from benchmarks.facts.hear import read_truths
from benchmarks.facts.truth import MetreSection as TrueSection
from pipeline.stages.measure.chances import coarse_q_value, packaged_calibration, q_value
from pipeline.stages.measure.rhythm import Followed, follow
from pipeline.views.evaluate.reliability import wilson_interval
from schemas.calibration import ChoiceModel
from schemas.facts import HeardBeats, MetreSection
from tools.errors import RefusedError

_STAGES = ("beats", "chords", "chord_network")
_Begins = TrueSection | MetreSection
_MAX_WRONG = 0.05
_NEAR_S = 3.0


@dataclass(frozen=True)
class Piece:
    """A piece whose beats are followed.

    Attributes
    ----------
    number : int
        Of its source and seed.
    true, found : sequence of sections
        Of `found` none where the metre stays.
    is_stated, is_family_stated : bool
        Whether one metre is sure, or two or four beats, if metres do not change.
    """

    number: int
    true: Sequence[TrueSection]
    found: Sequence[MetreSection]
    is_stated: bool
    is_family_stated: bool

    @property
    def has_changes(self) -> bool:
        """Whether its metre does change."""
        return len({each.metre for each in self.true}) > 1

    @property
    def n_near(self) -> int:
        """Of its changes, those that are told within 3 s."""
        return _near(self.true[1:], self.found[1:])

    @property
    def n_true(self) -> int:
        """Of the changes that are told, those within 3 s of one."""
        return _near(self.found[1:], self.true[1:])

    @property
    def n_right(self) -> int:
        """Of the sections found, those with the metre of most of their time."""
        return sum(each.beats_per_bar in self._mostly(each).beats_per_bar for each in self.found)

    @property
    def right_s(self) -> float:
        """How long the sections found have the metre that is true then."""
        return sum(
            max(0.0, min(true.end_s, found.end_s) - max(true.start_s, found.start_s))
            for found in self.found
            for true in self.true
            if found.beats_per_bar in true.beats_per_bar
        )

    def _mostly(self, found: MetreSection) -> TrueSection:
        return max(
            self.true,
            key=lambda each: min(each.end_s, found.end_s) - max(each.start_s, found.start_s),
        )


def main() -> None:
    """Print shares with intervals (95 %, Wilson), half by half."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path, nargs="+")
    all_pieces = [each for out in parser.parse_args().out for each in pieces(out)]
    for remainder, name in enumerate(("chosen on", "judged on")):
        _report(name, [each for each in all_pieces if each.number % 2 == remainder])
    _report("all", all_pieces)


def pieces(out: Path) -> Iterator[Piece]:
    """Pieces of one folder that have a metre, and beats that are followed."""
    model = packaged_calibration().metre
    for truth, heard in heard_tracks(out, read_truths(out), _STAGES):
        row = heard.row(HeardBeats)
        if not truth.metre_sections or row is None or row.beats is None:
            continue
        try:
            found = follow(row.beats, model, heard.harmonic_rhythm())
        except RefusedError:
            continue
        number = int(truth.id.split("-")[-1])
        yield Piece(number, truth.metre_sections, found.changes, *_stated(found, model))


def _near(some: Sequence[_Begins], others: Sequence[_Begins]) -> int:
    at_s = [each.start_s for each in others]
    return sum(any(abs(each.start_s - at) <= _NEAR_S for at in at_s) for each in some)


def _stated(found: Followed, model: ChoiceModel) -> tuple[bool, bool]:
    is_sure = q_value(model, found.metres[0][1]) <= _MAX_WRONG
    family, p_family = found.family
    is_family = len(family) > 1 and coarse_q_value(model, p_family) <= _MAX_WRONG
    return is_sure, is_sure or is_family


def _report(name: str, found: Sequence[Piece]) -> None:
    changing = [each for each in found if each.has_changes]
    staying = [each for each in found if not each.has_changes]
    told = [each for each in changing if each.found]
    stated = [each for each in changing if each.is_stated]
    or_family = [each for each in changing if each.is_family_stated]
    n_changes = sum(len(each.true) - 1 for each in changing)
    n_told = sum(len(each.found) - 1 for each in told)
    n_sections = sum(len(each.found) for each in told)
    counts = {
        "changing pieces told to change": (len(told), len(changing)),
        "changes told within 3 s": (sum(each.n_near for each in changing), n_changes),
        "told changes within 3 s of one": (sum(each.n_true for each in told), n_told),
        "told sections that have their metre": (sum(each.n_right for each in told), n_sections),
        "other pieces told to change": (sum(bool(each.found) for each in staying), len(staying)),
        "changing pieces with one metre stated, before": (len(stated), len(changing)),
        "changing pieces with one metre stated, now": (
            sum(not each.found for each in stated),
            len(changing),
        ),
        "with one metre or family stated, before": (len(or_family), len(changing)),
        "with one metre or family stated, now": (
            sum(not each.found for each in or_family),
            len(changing),
        ),
    }
    told_s = sum(each.found[-1].end_s - each.found[0].start_s for each in told)
    print(f"{name}: told sections are right for {sum(e.right_s for e in told) / told_s:.1%}")
    for what, (n, of) in counts.items():
        low, high = wilson_interval(n, max(1, of))
        print(f"  {what}: {n} of {of} ({low:.1%} to {high:.1%})")


if __name__ == "__main__":
    main()
