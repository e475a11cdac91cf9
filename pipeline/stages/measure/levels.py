"""At which level a tempo is felt: as it was tracked, in half, double, or 3 of 2 beats."""

import numpy as np

from pipeline.stages.measure.chances import Features
from pipeline.stages.measure.pulse import Pulses
from pipeline.stages.measure.tempo import FittedTempo

LEVELS = (1.0, 0.5, 2.0, 2 / 3, 1.5)
"""What a tracked tempo is multiplied by to have the one that may be felt."""
# L. van Noorden and D. Moelants, "Resonance in the Perception of Musical Pulse", 1999.
RESONANCE_BPM = 120.0


def level_evidence(fitted: FittedTempo, pulses: Pulses) -> list[Features]:
    """Features of the levels of `LEVELS` at which a tempo may be felt."""
    return [
        {
            "as_tracked": float(factor == 1.0),
            "stability": fitted.stability * (factor == 1.0),
            "from_resonance": -abs(float(np.log2(factor * fitted.bpm / RESONANCE_BPM))),
        }
        for factor in LEVELS
    ]
