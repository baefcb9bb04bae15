"""librosa leaves no half of a compiled function where another process may find it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import numpy as np
from songwright.evaluation.trackers import beats_of
rng = np.random.default_rng(1)
hits = rng.normal(0, 0.001, 22_050 * 16)
for start in range(0, len(hits), 11_025):
    hits[start : start + 2000] += rng.normal(0, 1, 2000) * np.exp(-np.arange(2000) / 400)
print(beats_of(hits.astype(np.float32)).bpm)
"""


def test_generalised_ufuncs_are_not_kept_for_other_processes(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert abs(float(ran.stdout) - 120.0) < 3.0
    assert not list(tmp_path.rglob("guf-*"))
