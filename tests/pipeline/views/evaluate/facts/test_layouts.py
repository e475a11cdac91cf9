"""References in every layout: what is written is what is read."""

import json
import zipfile

import mido
import pytest

from pipeline.views.evaluate.facts.layouts.find import find_references
from pipeline.views.evaluate.facts.reference import KeySpan, Span, accepted_beats_per_bar
from schemas.config import ConfigError

BEATS = [(0.5 * i, 1 + i % 3) for i in range(12)]


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def read(folder, name="song"):
    return find_references(folder, {name: (name,)})[name]


@pytest.mark.parametrize("separator", [" ", "\t", ","])
def test_beats_with_places_give_downbeats_tempo_and_metre(tmp_path, separator):
    lines = (f"{time_s}{separator}{place}" for time_s, place in BEATS)
    write(tmp_path, "song.beats", "\n".join(lines))
    found = read(tmp_path)
    assert list(found.beats_s) == [time_s for time_s, _ in BEATS]
    assert list(found.downbeats_s) == [0.0, 1.5, 3.0, 4.5]
    assert found.tempi_bpm == (120.0,)
    assert list(found.beats_per_bar) == [3]


def test_beats_without_places_say_nothing_of_bars(tmp_path):
    write(tmp_path, "beat/song.txt", "\n".join(str(time_s) for time_s, _ in BEATS))
    found = read(tmp_path)
    assert found.downbeats_s is None and found.beats_per_bar is None


def test_beats_with_changing_bars_have_no_metre(tmp_path):
    places = [1, 2, 3, 1, 2, 1, 2, 3, 4, 1]
    write(tmp_path, "song.beats", "\n".join(f"{0.5 * i} {p}" for i, p in enumerate(places)))
    assert read(tmp_path).beats_per_bar is None


def test_beats_must_rise(tmp_path):
    write(tmp_path, "song.beats", "1.0 1\n0.5 2\n")
    with pytest.raises(ConfigError, match=r"song\.beats: times of beats must rise"):
        read(tmp_path)


def test_folders_of_isophonics(tmp_path):
    write(tmp_path, "chordlab/song.lab", "0.0 2.5 N\n2.5 5.0 A:min7/b3\n5.0 8.0 F\n")
    write(tmp_path, "keylab/song.lab", "0.0\t1.0\tSilence\n1.0\t8.0\tKey\tA:aeolian\n")
    write(tmp_path, "seglab/song.lab", "0.0\t4.0\tverse\n4.0\t8.0\tchorus (short)\n")
    found = read(tmp_path)
    assert found.chords == [
        Span(0.0, 2.5, "N"), Span(2.5, 5.0, "A:min7/b3"), Span(5.0, 8.0, "F"),
    ]  # fmt: skip
    assert found.keys == [KeySpan("A", "minor", 1.0, 8.0)]
    assert found.sections == [Span(0.0, 4.0, "verse"), Span(4.0, 8.0, "chorus (short)")]


def test_the_name_says_what_a_table_is_of_and_heads_are_left_out(tmp_path):
    write(tmp_path, "song.wav.sections.csv", "time,label\n0.0,Intro\n10.0,Verse\n30.0,End\n")
    found = read(tmp_path)
    assert found.sections == [Span(0.0, 10.0, "Intro"), Span(10.0, 30.0, "Verse")]


@pytest.mark.parametrize(
    ("text", "tonic", "mode"),
    [
        ("A minor", "A", "minor"), ("Eb:maj", "Eb", "major"), ("f#", "F#", "minor"),
        ("Bbm", "Bb", "minor"), ("G", "G", "major"), ("D:mixolydian", "D", "mixolydian"),
        ("E phrygian dominant\n", "E", "phrygian_dominant"),
    ],
)  # fmt: skip
def test_keys_in_words(tmp_path, text, tonic, mode):
    write(tmp_path, "song.key", text)
    assert read(tmp_path).keys == (KeySpan(tonic, mode),)


def test_no_key_is_known_to_be_none(tmp_path):
    write(tmp_path, "song.key", "N")
    assert read(tmp_path).keys == ()


@pytest.mark.parametrize(
    ("text", "tempi"), [("128.5", (128.5,)), ("60 120 0.8", (60.0,)), ("60 120 0.2", (120.0,))]
)
def test_tempi(tmp_path, text, tempi):
    write(tmp_path, "song.bpm", text)
    assert read(tmp_path).tempi_bpm == tempi


def test_gtzan_names_of_mirdata(tmp_path):
    write(tmp_path, "tempo/gtzan_blues_00000.bpm", "126")
    name = "blues.00000"
    assert read(tmp_path, name).tempi_bpm == (126.0,)


@pytest.mark.parametrize(("text", "accepted"), [("6/8", (2, 6)), ("3", (3,)), ("7/8", (7,))])
def test_time_signatures(tmp_path, text, accepted):
    write(tmp_path, "song_metre.txt", text)
    assert read(tmp_path).beats_per_bar == accepted


def test_compound_metres_have_two_numbers_of_beats():
    assert accepted_beats_per_bar(12, 8) == (4, 12)
    assert accepted_beats_per_bar(3, 8) == (3,)
    with pytest.raises(ConfigError):
        accepted_beats_per_bar(0, 4)


def observation(time, duration, value):
    return {"time": time, "duration": duration, "value": value, "confidence": None}


def test_jams(tmp_path):
    data = {
        "beat": [observation(time_s, 0.0, place) for time_s, place in BEATS],
        "chord": [observation(0.0, 2.0, "C:maj"), observation(2.0, 2.0, "G:7")],
        "key_mode": [observation(0.0, 4.0, "C:major")],
        "segment_open": [observation(0.0, 4.0, "A")],
        "tempo": [observation(0.0, 4.0, 119.0)],
        "mood_thayer": [observation(0.0, 4.0, [0, 1])],
    }
    annotations = [{"namespace": name, "data": each} for name, each in data.items()]
    write(tmp_path, "song.jams", json.dumps({"annotations": annotations, "file_metadata": {}}))
    found = read(tmp_path)
    assert found.chords == [Span(0.0, 2.0, "C:maj"), Span(2.0, 4.0, "G:7")]
    assert found.keys == [KeySpan("C", "major", 0.0, 4.0)]
    assert found.sections == [Span(0.0, 4.0, "A")]
    assert list(found.downbeats_s) == [0.0, 1.5, 3.0, 4.5]
    assert list(found.beats_per_bar) == [3]


def test_jams_with_columns(tmp_path):
    data = {"time": [0.0], "duration": [3.0], "value": ["E:min"], "confidence": [1.0]}
    annotations = [{"namespace": "chord_harte", "data": data}]
    write(tmp_path, "song.jams", json.dumps({"annotations": annotations}))
    assert read(tmp_path).chords == [Span(0.0, 3.0, "E:min")]


def test_midi(tmp_path):
    song = mido.MidiFile(ticks_per_beat=480)
    track = mido.MidiTrack()
    song.tracks.append(track)
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(90), time=0))
    track.append(mido.MetaMessage("time_signature", numerator=6, denominator=8, time=0))
    track.append(mido.MetaMessage("key_signature", key="F#m", time=0))
    track.append(mido.Message("note_on", note=60, velocity=80, time=0))
    track.append(mido.Message("note_off", note=60, velocity=0, time=480 * 3 * 4))
    song.save(tmp_path / "song.mid")
    found = read(tmp_path)
    assert found.keys == [KeySpan("F#", "minor", 0.0, pytest.approx(8.0))]
    assert found.beats_per_bar == (2, 6)
    assert list(found.beats_s) == pytest.approx([float(i) for i in range(8)])  # dotted quarters
    assert list(found.downbeats_s) == pytest.approx([0.0, 2.0, 4.0, 6.0])
    assert found.tempi_bpm == pytest.approx((60.0,))


def test_midi_without_a_time_signature_says_nothing_of_bars(tmp_path):
    song = mido.MidiFile(ticks_per_beat=480)
    note = [mido.Message("note_on", note=60, time=0), mido.Message("note_off", note=60, time=4800)]
    song.tracks.append(mido.MidiTrack(note))
    song.save(tmp_path / "song.mid")
    found = read(tmp_path)
    assert found.downbeats_s is None and found.beats_per_bar is None and found.keys is None
    assert len(found.beats_s) == 10


SCORE = """<?xml version="1.0"?><score-partwise><part id="P1">
<measure number="1"><attributes><key><fifths>-3</fifths>{mode}</key>
<time><beats>2+2+3</beats><beat-type>8</beat-type></time></attributes></measure>
<measure number="2"/></part></score-partwise>"""


def test_musicxml_plain_and_compressed(tmp_path):
    score = SCORE.format(mode="<mode>minor</mode>")
    write(tmp_path, "song.musicxml", score)
    container = '<container><rootfiles><rootfile full-path="a.xml"/></rootfiles></container>'
    with zipfile.ZipFile(tmp_path / "other.mxl", "w") as archive:
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("a.xml", score)
    for name in ("song", "other"):
        found = read(tmp_path, name)
        assert found.keys == (KeySpan("C", "minor"),)
        assert found.beats_per_bar == (7,)


def test_a_signature_without_a_mode_is_no_key(tmp_path):
    write(tmp_path, "song.musicxml", SCORE.format(mode=""))
    assert read(tmp_path).keys is None


def test_our_json_of_one_and_of_several(tmp_path):
    truth = {
        "bpm": 90, "beats_per_bar": 2, "beats_per_bar_accepted": [2, 6], "has_voice": False,
        "keys": [{"start_s": 0, "end_s": 9, "tonic": "C", "mode": "ionian"}],
        "chords": [{"start_s": 0, "end_s": 9, "label": "C:maj"}], "sections": None,
        "instruments": ["Steel Drums", "Violin"],
    }  # fmt: skip
    write(tmp_path, "song.json", json.dumps(truth))
    write(tmp_path, "truth.json", json.dumps({"other.ogg": {"bpm": 70}, "third": {"bpm": 80}}))
    found = read(tmp_path)
    assert found.tempi_bpm == (90.0,) and found.beats_per_bar == (2, 6)
    assert found.keys == [KeySpan("C", "major", 0, 9)]
    assert found.instruments == {"steelpan", "violin"} and found.has_voice is False
    assert found.sections is None
    assert read(tmp_path, "other").tempi_bpm == (70.0,)


def test_rubato_has_no_tempo(tmp_path):
    write(tmp_path, "song.json", json.dumps({"bpm": None, "tempo_kind": "rubato"}))
    assert read(tmp_path).tempi_bpm == ()


def test_annotations_come_before_scores_and_two_of_a_kind_are_refused(tmp_path):
    write(tmp_path, "song.musicxml", SCORE.format(mode="<mode>minor</mode>"))
    write(tmp_path, "a/song.key", "D minor")
    found = read(tmp_path)
    assert found.keys == (KeySpan("D", "minor"),) and found.beats_per_bar == (7,)
    write(tmp_path, "b/song.key", "E minor")
    with pytest.raises(ConfigError, match="two references say the keys"):
        read(tmp_path)


def test_a_name_that_two_tracks_have_is_refused(tmp_path):
    write(tmp_path, "song.key", "D minor")
    with pytest.raises(ConfigError, match="2 tracks have the name 'song'"):
        find_references(tmp_path, {"a/song.wav": ("song",), "b/Song.flac": ("Song",)})


def test_lyrics_and_strangers_are_no_references(tmp_path):
    write(tmp_path, "song.txt", "Hold me now")
    write(tmp_path, "stranger.key", "nonsense")
    with pytest.raises(ConfigError, match="no file is a reference of any of 1 tracks"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("song.key", "H major"), ("song.bpm", "fast"), ("song.bpm", "0"),
        ("song.chords", "0 1 Cmaj7"), ("song.chords", ""), ("song.chords", "2 1 C:maj"),
        ("song.jams", "{}"), ("song.jams", "["), ("song.mid", "MThd"), ("song.musicxml", "<a>"),
        ("song.xml", "<lyrics/>"), ("song.mxl", "no zip"), ("song.metre.txt", "waltz"),
        ("song.json", '{"bpm": "fast"}'), ("song.json", '{"keys": [{"tonic": "C"}]}'),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_the_file(tmp_path, name, text):
    write(tmp_path, name, text)
    with pytest.raises(ConfigError, match=name.split(".")[0]):
        read(tmp_path)
