"""Songs of JamendoLyrics are read in its form."""

import numpy as np
import soundfile

from benchmarks.lyrics.recorded import on_time, read_songs
from tools.lyrics.transcript import TranscribedWord


def test_songs_at_hand_are_read_with_the_times_of_their_words(tmp_path):
    for folder in ("mp3", "lyrics", "annotations/words"):
        (tmp_path / folder).mkdir(parents=True)
    listing = "Filepath,Genre,Language\nA_-_B.mp3,Pop,French\nabsent.mp3,Pop,German\n"
    (tmp_path / "JamendoLyrics.csv").write_text(listing)
    with (tmp_path / "mp3" / "A_-_B.mp3").open("wb") as file:
        soundfile.write(file, np.zeros(30 * 16000), 16000, format="WAV")
    times = "word_start,word_end,line_end\n8.0,8.5,nan\n8.6,9.0,9.0\n16.0,17.0,17.0\n"
    (tmp_path / "annotations/words/A_-_B.csv").write_text(times)
    (tmp_path / "lyrics/A_-_B.txt").write_text("là haut\n\nici\n")
    (tmp_path / "lyrics/A_-_B.words.txt").write_text("là\nhaut\nici")
    (song,) = read_songs(tmp_path)
    assert (song.language, song.genre, song.name) == ("fr", "Pop", "A_-_B")
    assert song.words == [(8.0, 8.5, "là"), (8.6, 9.0, "haut"), (16.0, 17.0, "ici")]
    assert song.pauses() == [(1.0, 7.0), (10.0, 15.0), (18.0, 29.0)]
    heard = [
        TranscribedWord(text, start_s, start_s + 0.2, None)
        for text, start_s in (("La", 1.0), ("haut,", 8.7), ("ici", 17.0))
    ]
    assert on_time(song, heard) == "50%, 0.55 s"
