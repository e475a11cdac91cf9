"""A folder of files that no pipeline likes, and what must become of each."""

import os
import shutil
import struct
import zipfile
from pathlib import Path

import numpy as np

from tests.audio import tone, write

ACCEPTED = "accepted"


def make_hostile_folder(folder: Path) -> dict[str, str]:
    """Fill a folder; the fate of every file is `ACCEPTED` or the reason of its rejection."""
    folder.mkdir(parents=True, exist_ok=True)
    outcomes: dict[str, str] = {}
    for make in (_damaged, _disguised, _lying, _extreme, _oddly_named, _no_files):
        outcomes |= make(folder)
    return outcomes


def _damaged(folder: Path) -> dict[str, str]:
    wav = write(folder / "truncated.wav", tone(2, 8000), 8000).read_bytes()
    (folder / "truncated.wav").write_bytes(wav[: len(wav) // 2])
    flac = write(folder / "truncated.flac", tone(2, 8000), 8000).read_bytes()
    (folder / "truncated.flac").write_bytes(flac[: len(flac) // 2])
    noise = np.random.default_rng(0).normal(0, 0.1, 4 * 44100)
    ogg = write(folder / "truncated.ogg", noise, 44100, subtype="VORBIS").read_bytes()
    (folder / "truncated.ogg").write_bytes(ogg[: len(ogg) // 2])
    mp3 = write(folder / "truncated.mp3", tone(4), 44100).read_bytes()
    (folder / "truncated.mp3").write_bytes(mp3[: len(mp3) // 2])
    (folder / "bad_page.ogg").write_bytes(
        ogg[: len(ogg) // 2] + bytes(300) + ogg[len(ogg) // 2 + 300 :]
    )
    (folder / "garbage_first.mp3").write_bytes(os.urandom(64).replace(b"\xff", b"\x00") + mp3)
    (folder / "tags_only.mp3").write_bytes(b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10))
    (folder / "random_after_riff.wav").write_bytes(b"RIFF\x24\x08\x00\x00WAVE" + b"\x9d" * 500)
    (folder / "empty.wav").touch()
    return {
        "truncated.wav": "truncated",
        "truncated.flac": "undecodable",
        "truncated.ogg": ACCEPTED,  # Ogg promises no length: what is there is the file
        "truncated.mp3": "truncated",
        "bad_page.ogg": "truncated",  # half a second is missing in the middle
        "garbage_first.mp3": ACCEPTED,
        "tags_only.mp3": "undecodable",
        "random_after_riff.wav": "undecodable",
        "empty.wav": "empty_file",
    }


def _disguised(folder: Path) -> dict[str, str]:
    write(folder / "flac.tmp.flac", tone(1, 8000, 300), 8000)
    (folder / "flac.tmp.flac").rename(folder / "flac_inside.wav")
    write(folder / "wav.tmp.wav", tone(1, 8000, 310), 8000)
    (folder / "wav.tmp.wav").rename(folder / "wav_inside.mp3")
    (folder / "text.wav").write_text("this is no music\n" * 50)
    (folder / "page.mp3").write_text("<html><body>404</body></html>")
    with zipfile.ZipFile(folder / "zip.flac", "w") as archive:
        archive.writestr("a.wav", bytes(1000))
    (folder / "picture.ogg").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    (folder / "notes.txt").write_text("not an audio file at all")
    return {
        "flac_inside.wav": ACCEPTED,
        "wav_inside.mp3": ACCEPTED,
        "text.wav": "undecodable",
        "page.mp3": "undecodable",
        "zip.flac": "undecodable",
        "picture.ogg": "undecodable",
        "notes.txt": "not_audio",
    }


def wav_header(n_channels=1, sample_rate_hz=8000, data_size=16000, bits=16) -> bytes:
    block = n_channels * bits // 8
    chunk = struct.pack(
        "<HHIIHH",
        1,
        n_channels,
        sample_rate_hz,
        (sample_rate_hz * block) & 0xFFFFFFFF,
        block & 0xFFFF,
        bits,
    )
    size = struct.pack("<I", (36 + data_size) & 0xFFFFFFFF)
    data = b"data" + struct.pack("<I", data_size)
    return b"RIFF" + size + b"WAVEfmt " + struct.pack("<I", 16) + chunk + data


def _lying(folder: Path) -> dict[str, str]:
    sound = (tone(1, 8000, 330)[:, 0] * 30000).astype("<i2").tobytes()
    cases = {
        "says_longer.wav": (wav_header(data_size=1 << 30), "truncated"),
        "zero_channels.wav": (wav_header(n_channels=0), "undecodable"),
        "many_channels.wav": (wav_header(n_channels=65535), "undecodable"),
        "zero_rate.wav": (wav_header(sample_rate_hz=0), "undecodable"),
        "huge_rate.wav": (wav_header(sample_rate_hz=4_000_000_000), "undecodable"),
        "streamed.wav": (wav_header(data_size=0xFFFFFFFF), ACCEPTED),
        "no_data.wav": (wav_header(data_size=0), "no_samples"),
    }
    for number, (name, (header, _)) in enumerate(cases.items()):
        body = b"" if name == "no_data.wav" else sound[: -2 * (number + 1)]
        (folder / name).write_bytes(header + body)
    return {name: fate for name, (_, fate) in cases.items()}


def _extreme(folder: Path) -> dict[str, str]:
    samples = tone(1, 8000, 350)
    spoiled = samples.copy()
    spoiled[4000] = np.nan
    write(folder / "nan.wav", spoiled, 8000, subtype="FLOAT")
    spoiled[4000] = np.inf
    write(folder / "inf.wav", spoiled, 8000, subtype="FLOAT")
    spoiled[4000] = 1e30
    write(folder / "loud.wav", spoiled, 8000, subtype="FLOAT")
    write(folder / "one_sample.wav", samples[100:101], 8000)
    write(folder / "no_samples.flac", samples[:0], 8000)
    write(folder / "hour_of_silence.flac", np.zeros(3600 * 8000, np.int16), 8000)
    write(folder / "half_second.wav", tone(0.5, 8000), 8000)
    write(folder / "six_channels.wav", tone(3, 44100, 220, 6), 44100)
    write(folder / "rate_8k.wav", tone(3, 8000, 250), 8000)
    write(folder / "rate_96k_24_bit.flac", tone(3, 96000, 260, 2), 96000, subtype="PCM_24")
    return {
        "nan.wav": "non_finite_samples",
        "inf.wav": "non_finite_samples",
        "loud.wav": "out_of_range",
        "one_sample.wav": "too_short",
        "no_samples.flac": "empty_file",  # libsndfile writes no header without samples
        "hour_of_silence.flac": "too_long",
        "half_second.wav": ACCEPTED,
        "six_channels.wav": ACCEPTED,
        "rate_8k.wav": ACCEPTED,
        "rate_96k_24_bit.flac": ACCEPTED,
    }


def _oddly_named(folder: Path) -> dict[str, str]:
    names = [
        "new\nline.wav",
        "ünï→ço∂é 音楽 🎵.wav",
        "-rf --help.wav",
        "quote'\"`$(x);&.wav",
        "[red]markup.wav",
        "l" * 200 + ".wav",
        "UPPER.WAV",
    ]
    for number, name in enumerate(names):
        write(folder / "tmp.wav", tone(1, 8000, 400 + number), 8000).rename(folder / name)
    not_utf8 = os.fsdecode(os.fsencode(folder) + b"/bad\xff\xfe.wav")
    shutil.copy(folder / "UPPER.WAV", not_utf8)
    shutil.copy(folder / "UPPER.WAV", folder / "copy.wav")
    return {**dict.fromkeys(names, ACCEPTED), "bad\\xff\\xfe.wav": "name_not_utf8",
            "copy.wav": "duplicate_content"}  # fmt: skip


def _no_files(folder: Path) -> dict[str, str]:
    (folder / "folder.wav").mkdir()
    (folder / "dangling.wav").symlink_to("nowhere.wav")
    (folder / "loop.wav").symlink_to("loop.wav")
    os.mkfifo(folder / "pipe.wav")
    locked = write(folder / "locked.wav", tone(1, 8000, 500), 8000)
    locked.chmod(0)
    can_read = os.access(locked, os.R_OK)  # root reads everything
    return {
        "dangling.wav": "missing",
        "loop.wav": "unreadable",
        "pipe.wav": "not_a_file",
        "locked.wav": ACCEPTED if can_read else "unreadable",
    }
