"""One table of results, beside the numbers that the paper states."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    """A row of the paper's table 1."""

    title: str
    metric: str
    music_flamingo: str
    best_before: str


PUBLISHED: dict[str, Published] = {
    "mmau_music": Published("MMAU-Music (full, mini)", "ACC ↑", "76.83, 76.35", "AF3 73.95, 74.47"),
    "mmau_pro_music": Published("MMAU-Pro-Music", "ACC ↑", "65.60", "Gemini-2.5 Flash 64.90"),
    "muchomusic": Published("MuChoMusic (RUListening)", "ACC ↑", "74.58", "Qwen3-O 52.10"),
    "mmar_music": Published("MMAR (Music)", "ACC ↑", "48.66", "Qwen2.5-O 46.12"),
    "music_instruct": Published("Music Instruct", "judge ↑", "97.1", "AF3 92.7"),
    "music_avqa": Published("Music AVQA", "ACC ↑", "73.6", "AF3 76.7"),
    "songcaps_coverage": Published("SongCaps, coverage", "judge ↑", "8.8", "AF3 6.7"),
    "songcaps_correctness": Published("SongCaps, correctness", "judge ↑", "8.0", "AF3 6.2"),
    "nsynth_source": Published("NSynth, source", "ACC ↑", "75.89", "AF3 65.5"),
    "nsynth_instrument": Published("NSynth, instrument", "ACC ↑", "80.76", "AF3 78.9"),
    "gtzan": Published("GTZAN", "ACC ↑", "84.45", "Pengi 80.00"),
    "medley_solos_db": Published("Medley-Solos-DB", "ACC ↑", "90.86", "AF2 85.80"),
    "musiccaps": Published("MusicCaps", "judge ↑", "8.8", "Qwen3-O 7.2"),
    "opencpop": Published("Opencpop", "WER ↓", "12.9", "GPT-4o 53.7"),
    "musdb18": Published("MUSDB18", "WER ↓", "19.6", "GPT-4o 32.7"),
}


@dataclass(frozen=True)
class Result:
    """A number that was measured, and on how many items.

    Attributes
    ----------
    value : float
    n_items : int
    n_skipped : int
        Whose sound could not be heard.
    n_cut : int
        Whose answer broke off; they are scored as they are.
    """

    value: float
    n_items: int
    n_skipped: int
    n_cut: int = 0


def results_table(models: Mapping[str, Mapping[str, Result]]) -> str:
    """Markdown: what was measured beside what the paper states; nothing for what was not run.

    Parameters
    ----------
    models : mapping of str to mapping of str to Result
        By the names of models, and of benchmarks as in `PUBLISHED`.
    """
    columns = "".join(f" {name} | items |" for name in models)
    lines = [
        f"| benchmark | metric |{columns} Music Flamingo | best before |",
        f"|---|---|{'---|---|' * len(models)}---|---|",
    ]
    for name, row in PUBLISHED.items():
        ours = "".join(f" {_cell(results.get(name))} |" for results in models.values())
        lines.append(
            f"| {row.title} | {row.metric} |{ours} {row.music_flamingo} | {row.best_before} |"
        )
    return "\n".join(lines) + "\n"


def _cell(found: Result | None) -> str:
    if found is None:
        return "- | -"
    left = f", {found.n_skipped} skipped" if found.n_skipped else ""
    cut = f", {found.n_cut} cut off" if found.n_cut else ""
    return f"{found.value:.2f} | {found.n_items}{left}{cut}"
