"""What the kernel tells of processes (Linux)."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """A process as it was when looked at; one that waits to be reaped is none."""

    pid: int
    parent: int
    command: str
    state: str
    cpu_ticks: int


def processes_with(variable: str) -> list[Process]:
    """Processes that have this in their environment, written NAME=value."""
    pids = (int(name) for name in os.listdir("/proc") if name.isdigit())
    return [found for pid in pids if (found := _look(pid, variable.encode())) is not None]


def _look(pid: int, variable: bytes) -> Process | None:
    folder = Path(f"/proc/{pid}")
    try:
        if variable not in (folder / "environ").read_bytes().split(b"\0"):
            return None
        command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return Process(pid, int(fields[1]), command, fields[0], int(fields[11]) + int(fields[12]))
