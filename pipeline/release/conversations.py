r"""Conversations as Audio Flamingo's training code reads them: one JSON object a line.

``{"id": …, "sound": "path.ogg", "duration": 206.1, "conversations": [{"from": "human", "value":
"<sound>\nThe question."}, {"from": "gpt", "value": "The answer."}]}``; `start_s` and `end_s` stand
beside, null where the whole track is heard.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import polars as pl


class ConversationWriter:
    """Writes ``conversations/<data set>-<split>.jsonl``, in a thread of its own.

    Parameters
    ----------
    root : Path
        The release's folder.
    config : str
        The data set's short name.
    """

    def __init__(self, root: Path, config: str) -> None:
        self._folder, self._config = root / "conversations", config
        self._files: dict[str, IO[bytes]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="jsonl")
        self._writing: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._thread.shutdown()
        for file in self._files.values():
            file.close()

    def write(self, rows: pl.DataFrame, split: str) -> None:
        """Add rows, with what `conversations` reads."""
        if split not in self._files:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._files[split] = (self._folder / f"{self._config}-{split}.jsonl").open("wb")
        self._wait()
        self._writing = self._thread.submit(_write, rows, self._files[split])

    def close(self) -> list[Path]:
        """Finish the files, and name them."""
        self._wait()
        for file in self._files.values():
            file.close()
        return [Path(file.name) for file in self._files.values()]

    def _wait(self) -> None:
        if self._writing is not None:
            self._writing.result()


def conversation_lines(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows as lines of JSON.

    Parameters
    ----------
    rows : pl.DataFrame
        With `row_id`, `sound`, `heard_s`, `start_s`, `end_s`, `prompt`, `completion`.

    Returns
    -------
    pl.DataFrame
        One column. The turns are encoded apart and put together: a list of structs would be built
        first, which takes longer than all the rest.
    """
    about = pl.struct(
        id="row_id", sound="sound", duration="heard_s", start_s="start_s", end_s="end_s"
    )
    human = pl.struct(
        pl.lit("human").alias("from"), pl.format("<sound>\n{}", "prompt").alias("value")
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


def _write(rows: pl.DataFrame, file: IO[bytes]) -> None:
    conversation_lines(rows).write_csv(file, include_header=False, quote_style="never")
