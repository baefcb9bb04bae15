"""One thread per matrix product: phrases run side by side, and sums never depend on the number of cores."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import numpy as np

_SYMBOLS = ("scipy_openblas_set_num_threads64_", "scipy_openblas_set_num_threads", "openblas_set_num_threads")


def use_one_thread() -> bool:
    """Tell the BLAS of numpy to stay on the calling thread. False when it offers no such switch."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    package = Path(np.__file__).parent
    folders = (package.parent / "numpy.libs", package / ".libs", package / ".dylibs")
    for path in (p for folder in folders if folder.is_dir() for p in sorted(folder.glob("*openblas*"))):
        library = ctypes.CDLL(str(path))
        for symbol in _SYMBOLS:
            if hasattr(library, symbol):
                getattr(library, symbol)(ctypes.c_int(1))
                return True
    return False
