"""Ctrl-C in two steps: the first says what is waited for, the second ends the process."""

import os
import signal
import socket
import sys
from threading import Thread

FIRST = (
    "\nStopping: work on the CPU ends now; answers that models were asked for already are waited "
    "for and kept. Ctrl-C again ends at once: what is committed stays, those answers are lost.\n"
)
SECOND = "\nEnded. Run the same command again to go on from what is done.\n"
EXIT_STATUS = 128 + signal.SIGINT
_SHOW_CURSOR = "\x1b[?25h"


def watch_interrupts() -> None:
    """From now on, say what a Ctrl-C leads to, and let the second one end the process.

    The interpreter's own handler runs only between steps of Python in the main thread, which may
    be deep in native code or wait for other threads; the thread here is told by the kernel.
    """
    receiver, tell = socket.socketpair()
    tell.setblocking(False)
    signal.set_wakeup_fd(tell.detach(), warn_on_full_buffer=False)
    Thread(target=_watch, args=[receiver], name="interrupts", daemon=True).start()


def _watch(receiver: socket.socket) -> None:
    n_interrupts = 0
    while numbers := receiver.recv(64):
        n_before, n_interrupts = n_interrupts, n_interrupts + numbers.count(signal.SIGINT)
        if n_interrupts and not n_before:
            os.write(2, FIRST.encode())
        if n_interrupts > 1:
            os.write(2, ((_SHOW_CURSOR if sys.stderr.isatty() else "") + SECOND).encode())
            os._exit(EXIT_STATUS)
