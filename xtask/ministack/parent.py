"""Ties the life of this process to its parent's: the parent holds the other end of standard input."""

import os
import signal
import sys
import threading
import time

# How long MiniStack may take over an orderly end before it is cut short. It waits for open connections, and there is
# nothing to save.
GRACE_SECONDS = 1


def end_with_it():
    """Ends this process, and every Lambda worker it started, once standard input ends."""
    threading.Thread(target=_wait_and_end, daemon=True, name="parent-watch").start()


def _wait_and_end():
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    _cut_short()


def _cut_short():
    # The parent makes this process a group leader; only then is the whole group ours to end.
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)
