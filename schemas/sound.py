"""What simple descriptors say of a clip."""

from pydantic import Field

from schemas.record import Record


class ClipDescriptors(Record):
    """Descriptors of a stretch of sound, mixed to mono. Null where a sound has no such value.

    A constant offset is not sound. Frames are audible if their RMS level is above -60 dBFS; those
    of spectra last 93 ms, and only what they hold from 20 Hz up counts.
    """

    duration_s: float
    level_dbfs: float | None = Field(
        description="RMS level, a square wave of full scale being 0; null for digital silence."
    )
    level_spread_db: float | None = Field(
        description="From the 10th to the 95th percentile of the RMS levels of the audible frames "
        "of 400 ms; null for less than five."
    )
    level_change_db: float | None = Field(
        description="RMS level of the second half less that of the first, halves below -60 dBFS "
        "counting as -60; null below 2 s, or for no audible frame."
    )
    silent_share: float | None = Field(
        description="Share of the frames of 400 ms that are not audible, 0 to 1; null below 0.4 s."
    )
    spectral_centroid_hz: float | None = Field(
        description="Median over the audible frames; null for none, or below 93 ms."
    )
    spectral_flatness: float | None = Field(
        description="Geometric over arithmetic mean of the power spectrum from 100 to 5000 Hz, "
        "median over the audible frames: 0 for a tone, 0.56 for white noise; null where the "
        "centroid is, or where most frames have no energy there."
    )
    share_below_150_hz: float | None = Field(
        description="Share of the whole clip's energy, 0 to 1; null where the centroid is."
    )
    share_above_4_khz: float | None = Field(
        description="Share of the whole clip's energy, 0 to 1; null where the centroid is."
    )
    onsets_per_s: float | None = Field(
        description="Right up to 10, too low above; null below 1 s, or for no audible frame."
    )
