"""Generated requests against a real server with a quick engine: only documented answers, none late. JSON.

At least 2,000 requests, valid and invalid, for every operation of ``/openapi.json``; exit code 1 for a problem.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path

import schemathesis

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from quick_engine import installed
from real_server import real_server
from tests.support.fuzzing import Found, drive, values_of

HELD_S = 2.0  # how long the server holds a caller
LATE_S = 60.0  # an answer after this is a hang
LEAST = 2000


def run(folder: Path, *, examples: int, seed: int) -> Found:
    """Ask a server whose data lies in ``folder``."""
    variables = {
        **installed(folder / "engine"),
        "SONGWRIGHT_SYNC_TIMEOUT_S": str(HELD_S),
        "SONGWRIGHT_MAX_QUEUED_PER_TOKEN": "100000",
        "SONGWRIGHT_DUPLICATE_WINDOW_S": "0",
        "SONGWRIGHT_LOG_LEVEL": "error",
    }
    with real_server(folder / "data", variables) as server:
        handle = server.client.generate(prompt="a song about boats", **{"async": True})
        answer = server.client.task(handle["task_id"])
        while not answer.get("finished_at"):
            time.sleep(0.2)
            answer = server.client.task(handle["task_id"])
        schema = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
        headers = {"authorization": f"Bearer {server.token}"}
        return drive(
            schema,
            examples=examples,
            seed=seed,
            values=values_of(answer["response"], url=answer["response"]["data"][0]["audio_url"]),
            call=lambda case: case.call(headers=headers, timeout=LATE_S),
        )


def main() -> int:
    """Exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=60, help="per operation, valid, and as many invalid")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="songwright-fuzz-") as folder, redirect_stdout(sys.stderr):
        found = run(Path(folder), examples=given.examples, seed=given.seed)
    statuses = Counter[int]()
    for (_, status), count in found.statuses.items():
        statuses[status] += count
    told = {
        "requests": found.cases,
        "statuses": dict(sorted(statuses.items())),
        "problems": found.problems,
        "seconds": round(time.monotonic() - started, 1),
    }
    print(json.dumps(told, indent=2))
    return 1 if found.problems or (given.examples >= 60 and found.cases < LEAST) else 0


if __name__ == "__main__":
    raise SystemExit(main())
