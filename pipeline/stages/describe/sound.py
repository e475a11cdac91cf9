"""What the writer may state of who plays, and of how the sound was kept."""

from typing import Any

from schemas.facts import MusicFacts, SoundQuality
from schemas.sections import MaxWrong

# Ours: below it a listener misses the brilliance; transcodes at 96 kbit/s end about there.
_DULL_HZ = 15_000.0


def stated_sound(facts: MusicFacts, max_wrong: MaxWrong) -> dict[str, Any]:
    """Instruments, voice and quality, as JSON values.

    Returns
    -------
    dict
        ``instruments``, those that are sure, others may play; ``voice``, whether there is one;
        ``sound`` with ``mono_in_stereo``, ``nothing_above_khz`` and ``hum_hz`` where they are so.
    """
    stated: dict[str, Any] = {}
    sure = [each.name for each in facts.instruments or [] if each.q_value <= max_wrong.instruments]
    if sure:
        stated["instruments"] = sure
    if facts.voice and facts.voice.q_value <= max_wrong.voice:
        stated["voice"] = facts.voice.share_of_time > 0
    if facts.quality and (sound := _sound(facts.quality)):
        stated["sound"] = sound
    return stated


def _sound(quality: SoundQuality) -> dict[str, Any]:
    is_dull = quality.has_sharp_cutoff and quality.bandwidth_hz < _DULL_HZ
    return (
        ({"mono_in_stereo": True} if quality.mono_in_stereo else {})
        | ({"nothing_above_khz": round(quality.bandwidth_hz / 1000)} if is_dull else {})
        | ({"hum_hz": quality.hum_hz} if quality.hum_hz else {})
    )
