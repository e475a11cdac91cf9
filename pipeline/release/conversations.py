r"""Conversations as Audio Flamingo's training code reads them: one JSON object a line.

``{"id": …, "sound": "path.ogg", "duration": 206.1, "conversations": [{"from": "human", "value":
"<sound>\nThe question."}, {"from": "gpt", "value": "The answer."}]}``; beside them stand
`about_start_s` and `about_end_s`, `heard_start_s` and `heard_end_s`, as in `ReleasedText`.

Of a comparison, ``sound``, ``duration`` and what is heard are lists of two, and the words begin
with ``<sound-1>`` and ``<sound-2>``, as NVIDIA's multi-sound items have it.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from pipeline.release.writer import ShardFiles


class ConversationWriter:
    """Writes ``conversations/<data set>-<split>-…-of-….jsonl``, in a thread of its own.

    Parameters
    ----------
    root : Path
        The release's folder.
    config : str
        The data set's short name.
    shard_mb : int
        A file is closed when it is as large.
    """

    def __init__(self, root: Path, config: str, shard_mb: int) -> None:
        self._folder, self._config = root / "conversations", config
        self._shard_bytes = shard_mb << 20
        self._splits: dict[str, ShardFiles] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="jsonl")
        self._writing: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._thread.shutdown()

    def write(self, rows: pl.DataFrame, split: str) -> None:
        """Add rows, with what `conversation_lines` reads."""
        if split not in self._splits:
            files = ShardFiles(self._folder, f"{self._config}-{split}", "jsonl")
            self._splits[split] = files
        self._wait()
        self._writing = self._thread.submit(self._append, rows, self._splits[split])

    def close(self) -> list[Path]:
        """Finish the files, and name them."""
        self._wait()
        return [path for files in self._splits.values() for path in files.finish()]

    def _append(self, rows: pl.DataFrame, files: ShardFiles) -> None:
        is_full = files.paths and files.paths[-1].stat().st_size >= self._shard_bytes
        path = files.next() if is_full or not files.paths else files.paths[-1]
        with path.open("ab") as file:
            conversation_lines(rows).write_csv(file, include_header=False, quote_style="never")

    def _wait(self) -> None:
        if self._writing is not None:
            self._writing.result()


def conversation_lines(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows as lines of JSON.

    Parameters
    ----------
    rows : pl.DataFrame
        With `row_id`, `sound`, `heard_s`, the stretches that `ReleasedText` has, `prompt` and
        `completion`.

    Returns
    -------
    pl.DataFrame
        One column. The turns are encoded apart and put together: a list of structs would be built
        first, which takes longer than all the rest.
    """
    heard = {name: pl.col(name) for name in ("heard_start_s", "heard_end_s", "sound", "heard_s")}
    tags = "<sound>"
    if "other_id" in rows.columns:
        seconds = ("other_start_s", "other_end_s", "other_uri", "other_heard_s")
        heard = {
            name: pl.concat_list(name, other) for name, other in zip(heard, seconds, strict=True)
        }
        tags = "<sound-1>\n<sound-2>"
    about = pl.struct(
        "about_start_s", "about_end_s", heard_start_s=heard["heard_start_s"],
        heard_end_s=heard["heard_end_s"], id="row_id", sound=heard["sound"],
        duration=heard["heard_s"],
    )  # fmt: skip
    human = pl.struct(
        pl.lit("human").alias("from"), pl.format(f"{tags}\n{{}}", "prompt").alias("value")
    )
    model = pl.struct(pl.lit("gpt").alias("from"), pl.col("completion").alias("value"))
    return rows.select(
        pl.concat_str(
            about.struct.json_encode().str.strip_suffix("}"),
            pl.lit(',"conversations":['),
            human.struct.json_encode(),
            pl.lit(","),
            model.struct.json_encode(),
            pl.lit("]}"),
        )
    )
