"""Render the corpus: sounds, a listing for `partimento build`, and the truth.

    python make_corpus.py FOLDER [--n-pieces 2200] [--seed 23]

Piece n of a seed is the same on every machine (to the last bits of its samples).
"""

import argparse
import csv
import json
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import soundfile
from pieces import RATE_HZ, Piece, draw_piece, render


def main() -> None:
    """Write ``sounds/``, ``sounds/listing.csv`` and ``truth.jsonl``."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--n-pieces", type=int, default=2200)
    parser.add_argument("--seed", type=int, default=23)
    parser.add_argument("--processes", type=int, default=None, help="one per core by default")
    arguments = parser.parse_args()
    pieces = [draw_piece(arguments.seed, index) for index in range(arguments.n_pieces)]
    write_corpus(pieces, arguments.folder, arguments.processes)
    print(f"{len(pieces)} pieces in {arguments.folder}")


def write_corpus(pieces: list[Piece], folder: Path, n_processes: int | None = None) -> None:
    """Render pieces that are not there yet, and write listing and truth.

    Parameters
    ----------
    pieces : list of Piece
    folder : Path
    n_processes : int, optional
    """
    sounds = folder / "sounds"
    sounds.mkdir(parents=True, exist_ok=True)
    with Pool(n_processes) as pool:
        pool.starmap(_write, [(piece, sounds) for piece in pieces], chunksize=16)
    with (sounds / "listing.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["uri", "source_id", "licence"])
        writer.writerows([f"{piece.name}.wav", piece.name, "CC0"] for piece in pieces)
    with (folder / "truth.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(piece.truth) + "\n" for piece in pieces)


def _write(piece: Piece, sounds: Path) -> None:
    path = sounds / f"{piece.name}.wav"
    if not path.exists():
        samples = np.round(render(piece) * 32767).astype(np.int16)
        part = path.with_suffix(".part")
        soundfile.write(part, samples, RATE_HZ, format="WAV", subtype="PCM_16")
        part.rename(path)


if __name__ == "__main__":
    main()
