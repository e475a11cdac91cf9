"""Metres: their felt beat, and which bars of a tracker are right."""

from dataclasses import dataclass

_COMPOUND = {(n, d) for n in (6, 9, 12) for d in (8, 16)} | {(6, 4), (12, 4)}


@dataclass(frozen=True)
class Metre:
    """A metre as notated.

    The felt beat is the denominator's unit, except in compound metres (6, 9 and 12 eighths or
    sixteenths, 6 quarters), where it is three of them, and in alla breve, where it is the half.
    Of an additive metre (5/8, 7/8, 11/8) it is the eighth: its groups are of two lengths.
    """

    numerator: int
    denominator: int
    groups: tuple[int, ...] | None = None

    @property
    def name(self) -> str:
        """As printed in a score."""
        return f"{self.numerator}/{self.denominator}"

    @property
    def is_compound(self) -> bool:
        """Whether its beats divide in three."""
        return self.groups is None and (self.numerator, self.denominator) in _COMPOUND

    @property
    def bar_q(self) -> float:
        """A bar, in quarters."""
        return 4 * self.numerator / self.denominator

    @property
    def beat_q(self) -> float:
        """A felt beat, in quarters."""
        return 4 / self.denominator * (3 if self.is_compound else 1)

    @property
    def beats_per_bar(self) -> int:
        """Felt beats of a bar."""
        return round(self.bar_q / self.beat_q)

    @property
    def accepted(self) -> list[int]:
        """Beats of a bar that are right of a tracker.

        A compound bar counts as well in its units (6/8 in 6); alla breve also in quarters. 3 of
        6/8 would be the bar of 3/4 that it is not.
        """
        beats = [self.beats_per_bar]
        if self.is_compound:
            beats.append(self.numerator)
        if (self.numerator, self.denominator) == (2, 2):
            beats.append(4)
        return beats

    @property
    def lenient(self) -> list[int]:
        """And those of half and double bars; of an additive metre its groups as beats."""
        beats = set(self.accepted) | {2 * beat for beat in self.accepted}
        beats |= {beat // 2 for beat in self.accepted if beat % 2 == 0 and beat > 2}
        if self.groups:
            beats.add(len(self.groups))
        return sorted(beats)

    def beats(self, start_q: float, length_q: float) -> list[float]:
        """Felt beats of a bar, counted from its end: one shorter than the metre is an upbeat."""
        all_beats = (
            start_q + length_q - (self.beats_per_bar - beat) * self.beat_q
            for beat in range(self.beats_per_bar)
        )
        return [beat_q for beat_q in all_beats if beat_q > start_q - 1e-6]
