"""A caption without a model: what the descriptors of a clip show, in a listener's words.

The thresholds were chosen on the example songs and on rendered pieces, tones, clicks and noise.
What was not measured (instruments, genre, mood, voices, key, tempo) is never named.
"""

from schemas.sound import ClipDescriptors

# All ours, chosen on what the first lines name.
LOUD_DBFS = -17.0
MODERATE_DBFS = -28.0
QUIET_DBFS = -45.0
AUDIBLE_DBFS = -60.0
DARK_HZ = 1200.0
SOMEWHAT_DARK_HZ = 1800.0
SOMEWHAT_BRIGHT_HZ = 2600.0
BRIGHT_HZ = 3200.0
TONAL_FLATNESS = 0.01
NOISY_FLATNESS = 0.06
NOISE_FLATNESS = 0.3
THIN_LOW_SHARE = 0.05
FULL_LOW_SHARE = 0.25
HEAVY_LOW_SHARE = 0.4
STRONG_TREBLE_SHARE = 0.08
BUSY_PER_S = 4
DENSE_PER_S = 5
STEADY_SPREAD_DB = 3.0
MODERATE_SPREAD_DB = 6.0
WIDE_SPREAD_DB = 10.0
CHANGE_DB = 2.0
CLEAR_CHANGE_DB = 6.0
SILENT_SHARE = 0.05
# Ours: a caption of fewer says why it has no more.
FEWEST_WORDS = 12


def caption_of_clip(found: ClipDescriptors | None) -> str:
    """Caption of a clip.

    Parameters
    ----------
    found : ClipDescriptors

    Returns
    -------
    str
        One or two sentences, 12 to 40 words. What was not measured is left out.
    """
    assert found is not None, "a caption is of a clip"
    if found.level_dbfs is None:
        return "No sound: from beginning to end, nothing at all can be heard in this clip."
    caption = _sound(found, found.level_dbfs)
    course = [each for each in (_onsets(found.onsets_per_s), _dynamics(found)) if each]
    if course:
        caption += f" It {', and '.join(course)}."
    if len(caption.split()) < FEWEST_WORDS:
        flaw = "faint" if found.level_dbfs < AUDIBLE_DBFS else "short"
        caption = f"{caption[:-1]}; it is too {flaw} for a listener to tell more."
    return caption


def _sound(found: ClipDescriptors, level_dbfs: float) -> str:
    brightness = _brightness(found.spectral_centroid_hz)
    adjectives = [_loudness(level_dbfs), brightness, _texture(found.spectral_flatness)]
    text = f"A {', '.join(each for each in adjectives if each)} sound"
    if found.spectral_centroid_hz is not None and not brightness:
        text += " of medium brightness"
    balance = [each for each in (_low_end(found.share_below_150_hz), _treble(found)) if each]
    return f"{text} with {' and '.join(balance)}." if balance else f"{text}."


def _loudness(level_dbfs: float) -> str:
    if level_dbfs >= LOUD_DBFS:
        return "loud"
    if level_dbfs >= MODERATE_DBFS:
        return "moderately loud"
    if level_dbfs >= QUIET_DBFS:
        return "quiet"
    return "very quiet" if level_dbfs >= AUDIBLE_DBFS else "barely audible"


def _brightness(centroid_hz: float | None) -> str:
    """Adjective; empty for medium brightness."""
    if centroid_hz is None or SOMEWHAT_DARK_HZ <= centroid_hz < SOMEWHAT_BRIGHT_HZ:
        return ""
    if centroid_hz < SOMEWHAT_DARK_HZ:
        return "dark" if centroid_hz < DARK_HZ else "somewhat dark"
    return "bright" if centroid_hz >= BRIGHT_HZ else "somewhat bright"


def _texture(flatness: float | None) -> str:
    if flatness is None or TONAL_FLATNESS <= flatness < NOISY_FLATNESS:
        return ""
    if flatness < TONAL_FLATNESS:
        return "tonal"
    return "noise-like" if flatness >= NOISE_FLATNESS else "noisy"


def _low_end(share: float | None) -> str:
    if share is None or THIN_LOW_SHARE <= share < FULL_LOW_SHARE:
        return ""
    if share < THIN_LOW_SHARE:
        return "a thin low end"
    return "a heavy low end" if share >= HEAVY_LOW_SHARE else "a full low end"


def _treble(found: ClipDescriptors) -> str:
    share, centroid_hz = found.share_above_4_khz, found.spectral_centroid_hz
    if share is None or share < STRONG_TREBLE_SHARE:
        return ""
    # Bright bursts in a sound that is dark most of the time do not make its treble strong.
    return "" if centroid_hz is None or centroid_hz < SOMEWHAT_DARK_HZ else "strong treble"


def _onsets(rate: float | None) -> str:
    if rate is None:
        return ""
    count = round(rate)
    if count == 0:
        return "has hardly any separate onsets"
    if count == 1:
        return "is sparse, with about one onset a second"
    pace = "dense" if count >= DENSE_PER_S else "busy" if count >= BUSY_PER_S else "fairly busy"
    return f"is {pace}, with about {count} onsets a second"


def _dynamics(found: ClipDescriptors) -> str:
    change_db, spread_db = found.level_change_db, found.level_spread_db
    if change_db is not None and abs(change_db) >= CHANGE_DB:
        amount = "much " if abs(change_db) >= CLEAR_CHANGE_DB else ""
        return f"is {amount}{'louder' if change_db > 0 else 'softer'} in its second half"
    if found.silent_share is not None and SILENT_SHARE <= found.silent_share < 1:
        return "is silent for part of the time"
    if spread_db is None:
        return ""
    if spread_db < STEADY_SPREAD_DB:
        return "keeps a steady level"
    if spread_db < MODERATE_SPREAD_DB:
        return "varies a little in level"
    return "swings widely in level" if spread_db >= WIDE_SPREAD_DB else "rises and falls in level"
