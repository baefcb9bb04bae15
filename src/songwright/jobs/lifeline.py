"""Children that end with their parent, even when it is killed.

The parent holds the write end of each child's stdin and never writes. When the parent is gone, however it went, the
child reads the end of file and stops in order.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

ENVIRONMENT_NAME = "SONGWRIGHT_LIFELINE"


def follow_parent(then: Callable[[], None] | None = None) -> bool:
    """End this process when its parent does, if the supervisor started it; call once, early.

    ``then`` runs in a thread of its own when the parent is gone; by default the process sends itself SIGTERM.
    Gives whether there is a parent to follow.
    """
    if os.environ.pop(ENVIRONMENT_NAME, "") != "1":
        return False

    def watch() -> None:
        while os.read(0, 4096):
            pass
        (then or _terminate)()

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
    return True


def _terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
