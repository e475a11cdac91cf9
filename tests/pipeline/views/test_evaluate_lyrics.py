"""`partimento evaluate lyrics`: references in all forms, scores on real audio."""

import shutil

import pytest
from typer.testing import CliRunner

from flows.cli import app
from pipeline.views.evaluate.lyrics import score_song, summarise
from pipeline.views.evaluate.references import Reference, parse_lrc, read_reference
from schemas.config import ConfigError
from tests.audio import write
from tests.phrases import MODEL, SONGS, phrases, song
from tools.lyrics.transcript import SAMPLE_RATE_HZ, TranscribedWord, Transcript
from tools.process_pool import Failure

LRC = """\
[ti:A song]
[ar: Somebody]
[offset:+500]

[00:12.50]Hold me [soft] now
[01:02.003] <01:02.00> Let <01:02.50> me <01:03> go
[00:20.00][00:40:00]Again, again
"""


def test_lrc_with_lines_words_repeats_and_an_offset():
    found = parse_lrc(LRC)
    assert found.words == [
        "hold",
        "me",
        "now",
        "again",
        "again",
        "again",
        "again",
        "let",
        "me",
        "go",
    ]
    times = [12.0, None, None, 19.5, None, 39.5, None, 61.5, 62.0, 62.5]
    assert found.onsets_s == pytest.approx(times)


def test_plain_text_has_no_times(tmp_path):
    path = tmp_path / "song.txt"
    path.write_text("\ufeffHold me\n\nNow!", encoding="utf-8")
    assert read_reference(path) == Reference(["hold", "me", "now"], [None] * 3)
    path.write_bytes(b"caf\xe9")
    with pytest.raises(ConfigError, match="UTF-8"):
        read_reference(path)


def heard_of(*words):
    return Transcript(
        [TranscribedWord(text, start_s, start_s + 0.1, None) for text, start_s in words]
    )


def test_scores_of_words_and_onsets():
    reference = Reference(["hold", "me", "now", "go"], [1.0, None, 2.0, 3.0])
    score = score_song("a", reference, heard_of(("Hold", 1.1), ("me,", 1.3), ("no", 2), ("go", 4)))
    assert (score.words.n_substituted, score.words.rate) == (1, 0.25)
    assert score.onset_errors_s == pytest.approx([0.1, 1.0])
    lost = score_song("b", Reference(["hold", "me"], [None] * 2), Failure("crashed", "SIGSEGV"))
    assert (lost.words.rate, lost.failure) == (1.0, "crashed: SIGSEGV")
    both = summarise([score, lost])
    assert both.words.rate == pytest.approx(3 / 6), "edits are summed, not rates averaged"
    assert both.mean_onset_error_s == pytest.approx(0.55)
    assert both.share_of_onsets == 0.5
    assert summarise([lost]).mean_onset_error_s is None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("songs")
    sound, words = song([1, 2], over=SONGS[0])
    write(folder / "timed.flac", sound, SAMPLE_RATE_HZ)
    stamps = "".join(f"<00:{start_s:05.2f}>{word} " for word, start_s, _ in words)
    (folder / "timed.lrc").write_text(f"[00:01.00]{stamps}\n")
    write(folder / "plain.wav", phrases()[3][0], SAMPLE_RATE_HZ)
    (folder / "plain.txt").write_text("Carry my heart\nover golden mountains!")
    return folder


def test_a_folder_is_scored_by_the_command(folder):
    done = CliRunner().invoke(app, ["evaluate", "lyrics", str(folder), "--model", str(MODEL)])
    assert done.exit_code == 0, done.output
    cells = [line.split("\u2502") for line in done.output.splitlines()]
    rows = {each[1].strip(): each for each in cells if len(each) > 5}
    n_words, wer, n_substituted = (cell.strip() for cell in rows["plain.wav"][2:5])
    assert (n_words, wer, n_substituted) == ("6", "16.7 %", "1")
    n_words, wer = (cell.strip() for cell in rows["timed.flac"][2:4])
    assert n_words == "15" and float(wer.split()[0]) < 15
    mean_s, median_s, share = rows["all"][8].strip().split(", ")
    assert float(mean_s) < 0.08 and float(median_s) < 0.08 and share == "100%"
    assert "NFKC" in done.output, "the normalisation is stated"


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda copy: (copy / "plain.txt").unlink(), "plain.wav"),
        (lambda copy: [path.unlink() for path in copy.iterdir()], "no audio files"),
        (lambda copy: shutil.rmtree(copy), "no such folder"),
    ],
)
def test_what_cannot_be_scored_is_said(folder, tmp_path, break_it, message):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    break_it(copy)
    done = CliRunner().invoke(app, ["evaluate", "lyrics", str(copy), "--model", str(MODEL)])
    assert done.exit_code == 1
    assert message in done.output.replace("\n", " ")


def test_a_missing_model_is_said(folder):
    done = CliRunner().invoke(app, ["evaluate", "lyrics", str(folder), "--model", "no.nemo"])
    assert done.exit_code == 1
    assert "no.nemo" in done.output and "make install-all" in done.output.replace("\n", " ")
