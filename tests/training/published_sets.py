"""Published data sets in small: made-up rows in the form of each set's files, and sounds."""

import csv
import json
from typing import get_args

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import soundfile

from training.config import PublishedSet

NAMES = get_args(PublishedSet)


def write_set(folder, name):
    """The folder of a set, as it is published and unpacked."""
    folder.mkdir(parents=True)
    WRITERS[name](folder)
    return folder


def tone(path, seconds=2.0):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.1 * np.sin(np.arange(round(16000 * seconds)) / 9), 16000)


def musicbench(folder):
    row = {
        "dataset": "MusicBench", "location": "data_aug2/aB_1.wav", "main_caption": "A slow song.",
        "alt_caption": "Slow music, for a harp.", "prompt_aug": "", "is_audioset_eval_mcaps": False,
        "prompt_ch": ["The chords are E, A."], "prompt_bt": ["The beat counts to 4."],
        "prompt_bpm": "The bpm is 102.0.", "prompt_key": "The key is E minor.", "beats": [[], []],
        "bpm": 102.0, "chords": ["E", "A"], "chords_time": [0.4, 2.1], "key": ["E", "minor"],
        "keyprob": [0.8],
    }  # fmt: skip
    tested = row | {"location": "data/xY.wav", "is_audioset_eval_mcaps": True}
    bare = row | {"alt_caption": "", "prompt_ch": [], "prompt_bt": None, "prompt_bpm": ""}
    lines = [json.dumps(each) for each in (row, tested, bare)]
    (folder / "MusicBench_train.json").write_text("\n".join(lines))
    tone(folder / "datashare/data_aug2/aB_1.wav")


def musicqa(folder):
    turns = [
        {"from": "human", "value": "What do you hear in the audio?"},
        {"from": "gpt", "value": "A harp."},
    ]
    rows = [{"audio_name": "000042.wav", "conversation": turns}]
    (folder / "FinetuneMusicQA.json").write_text(json.dumps(rows, indent=2))
    tone(folder / "audios/000042.wav")


def music_avqa(folder):
    row = {
        "video_id": "00000007", "question_id": 3, "type": '["Audio", "Comparative"]',
        "question_content": "Is the <Object> more rhythmic than the <Object>?",
        "templ_values": '["acoustic_guitar", "ukulele"]', "question_deleted": 0, "anser": "yes",
    }  # fmt: skip
    seen = row | {"type": '["Audio-Visual", "Counting"]', "templ_values": "[]"}
    (folder / "avqa-train.json").write_text(json.dumps([row, seen]))
    tone(folder / "audio/00000007.wav")


def lp_musiccaps(folder, **own):
    row = {
        "title": "A", "artist_name": "B", "release": "C", "tag": ["harp"],
        "caption_writing": "A harp.", "caption_summary": "Harp music.",
        "caption_paraphrase": "Someone plays a harp.", "caption_attribute_prediction": "Invented.",
        "pseudo_attribute": ["calm"],
    } | own  # fmt: skip
    empty = row | {name: "" for name in row if name.startswith("caption_")}
    (folder / "data").mkdir()
    path = folder / "data/train-00000-of-00001.parquet"
    pq.write_table(pa.Table.from_pylist([row, empty]), path)


def lp_musiccaps_msd(folder):
    lp_musiccaps(folder, track_id="TRAAA", year=1994, path="5/2/52.clip.wav")
    tone(folder / "5/2/52.clip.wav")


def lp_musiccaps_mtt(folder):
    lp_musiccaps(folder, track_id="1_2", path="f/x.wav")
    tone(folder / "f/x.wav")


def lp_musiccaps_mc(folder):
    lp_musiccaps(
        folder, ytid="aB", fname="[aB]-[30-40]", caption_ground_truth="A harp plays.", start_s=30,
        end_s=40, is_audioset_eval=False,
    )  # fmt: skip
    tone(folder / "audio/aB.wav")


def musiccaps(folder):
    heading = ("ytid,start_s,end_s,audioset_positive_labels,aspect_list,caption,author_id,"
               "is_balanced_subset,is_audioset_eval")  # fmt: skip
    rows = [
        'aB,30,40,"/m/04rlf,/m/02","[\'harp\', \'slow\']","A harp plays, slowly.",4,False,False',
        "xY,30,40,/m/04rlf,\"['loud']\",It is tested with.,4,False,True",
    ]
    (folder / "musiccaps-public.csv").write_text("\n".join([heading, *rows]))
    tone(folder / "audio/aB.wav")


def nsynth(folder):
    def note(family, source):
        return {
            "qualities": [0] * 10, "pitch": 49, "note": 217499, "instrument_source_str": source,
            "velocity": 25, "instrument_str": f"{family}_{source}_068", "instrument": 656,
            "sample_rate": 16000, "qualities_str": ["dark"], "instrument_source": 2,
            "note_str": f"{family}_{source}_068-049-025", "instrument_family": 0,
            "instrument_family_str": family,
        }  # fmt: skip

    notes = [note("bass", "synthetic"), note("synth_lead", "synthetic"), note("reed", "acoustic")]
    (folder / "examples.json").write_text(json.dumps({each["note_str"]: each for each in notes}))
    for each in notes:
        tone(folder / f"audio/{each['note_str']}.wav")


def musdb18_hq(folder):
    for stem in ("mixture", "vocals", "drums", "bass", "other"):
        tone(folder / f"train/A - B/{stem}.wav", 20.5)
    tone(folder / "test/C - D/vocals.wav", 20.5)


def fma(folder):
    (folder / "fma_metadata").mkdir()
    heads = [
        ["", "album", "set", "set", "track", "track", "track"],
        ["", "comments", "split", "subset", "duration", "genre_top", "genres"],
        ["track_id", "", "", "", "", "", ""],
    ]
    rows = [
        ["2", "0", "training", "small", "168", "Hip-Hop", "[21]"],
        ["5", "0", "training", "large", "206", "", "[21, 38]"],
        ["10", "0", "test", "small", "161", "Pop", "[10]"],
        ["20", "0", "training", "large", "311", "", "[]"],
    ]
    with (folder / "fma_metadata/tracks.csv").open("w", newline="") as file:
        csv.writer(file).writerows(heads + rows)
    lines = [
        "genre_id,#tracks,parent,title,top_level",
        "21,1,0,Hip-Hop,21",
        "38,1,0,Experimental,38",
    ]
    (folder / "fma_metadata/genres.csv").write_text("\n".join(lines))
    for track in ("000002", "000005"):
        sound = folder / f"fma_large/000/{track}.mp3"
        tone(sound.with_suffix(".wav"))
        samples, rate_hz = soundfile.read(sound.with_suffix(".wav"))
        soundfile.write(sound, samples, rate_hz)


WRITERS = {
    "musicbench": musicbench, "musicqa": musicqa, "music_avqa": music_avqa,
    "lp_musiccaps_msd": lp_musiccaps_msd, "lp_musiccaps_mtt": lp_musiccaps_mtt,
    "lp_musiccaps_mc": lp_musiccaps_mc, "musiccaps": musiccaps, "nsynth": nsynth,
    "musdb18_hq": musdb18_hq, "fma": fma,
}  # fmt: skip
ANSWERS = {
    "musicbench": [
        "A slow song.", "Slow music, for a harp.", "The bpm is 102.0.", "The key is E minor.",
        "The chords are E, A.", "The beat counts to 4.", "A slow song.", "The key is E minor.",
    ],
    "musicqa": ["A harp."],
    "music_avqa": ["yes"],
    "lp_musiccaps_msd": ["A harp.", "Harp music.", "Someone plays a harp."],
    "lp_musiccaps_mtt": ["A harp.", "Harp music.", "Someone plays a harp."],
    "lp_musiccaps_mc": ["A harp.", "Harp music.", "Someone plays a harp."],
    "musiccaps": ["A harp plays, slowly."],
    "nsynth": ["bass", "acoustic", "synth lead"],
    "musdb18_hq": [
        each for stem in ("bass", "drums", "other instruments", "vocals") for each in (stem, stem)
    ],
    "fma": ["Hip-Hop", "Hip-Hop, Experimental"],
}  # fmt: skip
"""What is learned of each, in order."""
FILES = {
    "musicbench": "MusicBench_train.json", "musicqa": "FinetuneMusicQA.json",
    "music_avqa": "avqa-train.json", "lp_musiccaps_msd": "data", "lp_musiccaps_mtt": "data",
    "lp_musiccaps_mc": "data", "musiccaps": "musiccaps-public.csv", "nsynth": "examples.json",
    "fma": "genres.csv",
}  # fmt: skip
"""What is named where it is missing."""
