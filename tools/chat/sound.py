"""Sound as a part of a message: encoded once for all requests, or an address to fetch it from."""

import asyncio
import base64
from collections import OrderedDict
from collections.abc import Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from schemas.dialect import Dialect, SoundFormat
from schemas.roles import OPUS_RATES_HZ, RoleConfig
from tools.audio import header_duration_s
from tools.chat.engine import RunOnClip, SoundForm
from tools.chat.request import Clip
from tools.chat.signed_clips import SignedClips
from tools.clips import encode_clip
from tools.errors import RefusedError
from tools.remote.audio import track_file

MOST_BYTES = 256_000_000
"""Ours: some 30 songs of 4 minutes as FLAC at 16 kHz, so that the stages of a small partition share
them. One song is enough to encode each once a stage."""
_LEFT_OPEN: dict[str, tuple[SoundFormat, ...]] = {
    "auto": ("opus", "flac", "mp3", "wav"),
    "lossless": ("flac", "wav"),
}
"""What the config leaves to the server. Opus takes less from a sound than the MP3 of most sources
did; MP3 at 16 kHz cuts what is above 7 kHz, and comes after what loses nothing (see `tools.clips`).
"""
_SPELLED = {"opus": "ogg"}
"""Formats that `input_audio` names by their container, as OpenRouter and MIME types do."""
_IN_BASE64 = 4 / 3
_SHARE = {"flac": 0.80}
_BYTES_PER_S = {"mp3": 10_024.0, "opus": 8_700.0}
"""Against PCM of 16 bits, and at 16 kHz: mean over the four example songs, by `encode_clip`."""
_WHOLE_WITHIN_S = 0.1
"""Ours: what headers and decoders of MP3 and AAC may differ by, some frames."""
SoundPart = dict[str, Any]
Key = tuple[str, float, float, SoundForm]


def sound_form(role: RoleConfig, dialect: Dialect) -> SoundForm:
    """How a role's clips are sent; as WAV where it was not tried what else the server takes."""
    left_open = _LEFT_OPEN.get(role.audio_format)
    known: str = dialect.audio_format if dialect.audio_format in (left_open or ()) else "wav"
    return SoundForm(
        role.audio_format if left_open is None else known,
        role.audio_sample_rate_hz,
        role.max_clip_mb,
        role.send_audio,
    )


def sent_bytes_per_s(form: SoundForm) -> float:
    """What a second of sound is in a request, about.

    Examples
    --------
    >>> round(sent_bytes_per_s(SoundForm("wav", 16_000, max_mb=20.0)))
    42667
    """
    if form.way != "bytes":
        return 0.0
    pcm = 2.0 * form.sample_rate_hz
    return _IN_BASE64 * _BYTES_PER_S.get(form.audio_format, pcm * _SHARE.get(form.audio_format, 1))


def formats_to_try(role: RoleConfig, dialect: Dialect) -> tuple[str, ...]:
    """What a role's clips may be sent as, the best first; not again what was not taken."""
    left_open: tuple[str, ...] = _LEFT_OPEN.get(role.audio_format, (role.audio_format,))
    if role.audio_sample_rate_hz not in OPUS_RATES_HZ:
        left_open = tuple(each for each in left_open if each != "opus")
    known = dialect.audio_format
    return left_open[left_open.index(known) :] if known in left_open else left_open


def sound_part(clip: Clip, form: SoundForm) -> SoundPart:
    """A clip as a part of a message.

    Parameters
    ----------
    clip : Clip
    form : SoundForm

    Returns
    -------
    dict
        An `input_audio` with the clip in base64, or an `audio_url`.

    Raises
    ------
    RefusedError
        ``clip_too_large``, or as `tools.clips.load_clip`.
    """
    if form.way == "file_url" and isinstance(clip.audio, str) and _is_whole(clip):
        return {"type": "audio_url", "audio_url": {"url": Path(clip.audio).resolve().as_uri()}}
    encoded = encode_clip(clip, audio_format=form.audio_format, sample_rate_hz=form.sample_rate_hz)
    data = base64.b64encode(encoded).decode()
    if len(data) > form.max_mb * 1e6:
        detail = f"{len(data) / 1e6:.1f} MB as sent, max_clip_mb is {form.max_mb:g}"
        raise RefusedError("clip_too_large", detail)
    spelled = _SPELLED.get(form.audio_format, form.audio_format)
    return {"type": "input_audio", "input_audio": {"data": data, "format": spelled}}


class SoundParts:
    """Parts of messages that are sound, each made once as long as there is room.

    Parameters
    ----------
    hear : RunOnClip
        Where clips are decoded.
    signed : SignedClips or None, optional
        Where clips are put whose form is ``url``.
    most_bytes : int, optional
        What is kept; requests under way hold their own beyond it.

    Notes
    -----
    To be used in one event loop. Who asks for a part that is being made waits for it.
    """

    def __init__(
        self, hear: RunOnClip, signed: SignedClips | None = None, *, most_bytes: int = MOST_BYTES
    ) -> None:
        self._hear, self._signed, self._most_bytes = hear, signed, most_bytes
        self._kept: OrderedDict[Key, SoundPart] = OrderedDict()
        self._n_bytes = 0
        self._under_way: dict[Key, asyncio.Task[SoundPart]] = {}

    async def get(self, clip: Clip, form: SoundForm) -> SoundPart:
        """A clip as a part of a message; see `sound_part`.

        Raises
        ------
        BadRequestFault
            If it cannot be decoded, or is too large.
        StoreError
            If it cannot be put where it is fetched from.
        """
        key = (clip.track_id, clip.start_s, clip.end_s, form)
        is_signed = form.way == "url" and self._signed is not None
        if is_signed and (part := self._by_address(key)) is not None:
            return part
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._under_way:
            make = self._upload(key, clip, form) if is_signed else self._make(key, clip, form)
            self._under_way[key] = asyncio.create_task(self._to_its_end(key, make))
        return await asyncio.shield(self._under_way[key])

    async def close(self) -> None:
        """Delete what was put into the store."""
        if self._signed is not None:
            await self._signed.close()

    async def _to_its_end(self, key: Key, make: Coroutine[Any, Any, SoundPart]) -> SoundPart:
        try:
            return await make
        finally:
            del self._under_way[key]

    def _by_address(self, key: Key) -> SoundPart | None:
        assert self._signed is not None
        address = self._signed.address(key)
        return None if address is None else {"type": "audio_url", "audio_url": {"url": address}}

    async def _upload(self, key: Key, clip: Clip, form: SoundForm) -> SoundPart:
        assert self._signed is not None
        sound = (await self._hear(partial(sound_part, form=form), clip))["input_audio"]
        await self._signed.put(key, base64.b64decode(sound["data"]), sound["format"])
        part = self._by_address(key)
        assert part is not None
        return part

    async def _make(self, key: Key, clip: Clip, form: SoundForm) -> SoundPart:
        part = await self._hear(partial(sound_part, form=form), clip)
        self._kept[key] = part
        self._n_bytes += _n_bytes(part)
        while self._n_bytes > self._most_bytes:
            self._n_bytes -= _n_bytes(self._kept.popitem(last=False)[1])
        return part


def _n_bytes(part: SoundPart) -> int:
    return len(part[part["type"]].get("data", ""))


def _is_whole(clip: Clip) -> bool:
    """Whether a clip is all of its file, which is still the one that was ingested."""
    if clip.start_s > 0:
        return False
    with track_file(clip.audio, clip.track_id) as path:
        return header_duration_s(path) <= clip.end_s + _WHOLE_WITHIN_S
