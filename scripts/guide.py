"""Run every request of ``docs/guide`` on a fresh server, with curl, and write the answers into its pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from guide import GUIDE, Call, calls_of, in_order, value_at
from real_server import RealServer, real_server

SHOWN_URL = "http://127.0.0.1:8000"
METADATA = ("edit", "kept", "bpm", "key", "voice")
MOST_CHARS, LISTED = 110, {"data": 1, "mashup_audio_ids": 2, "audio_urls": 4, "stem_sets": 1}


def shortened(value: Any, name: str = "") -> Any:
    """What the page shows of an answer."""
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if name != "metadata" or k in METADATA}
        return {k: shortened(v, k) for k, v in kept.items()}
    if isinstance(value, list):
        most = LISTED.get(name, 2)
        more = len(value) - most
        return [shortened(v) for v in value[:most]] + ([f"and {more} more"] if more > 0 else [])
    if isinstance(value, str) and len(value) > MOST_CHARS:
        return value[:MOST_CHARS] + "..."
    return value


def run(call: Call, folder: Path, variables: dict[str, str]) -> Any:
    """What the request prints, as JSON; None when it prints nothing. Raises RuntimeError for a refusal."""
    environment = {**os.environ, **variables}
    done = subprocess.run(
        ["bash", "-ec", call.shell], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    if call.answer is None:
        return None
    answer = json.loads(done.stdout)
    if isinstance(answer, dict) and "error" in answer:
        raise RuntimeError(f"{call.page}: {answer['error']}\n{call.shell}")
    return answer


def written(page: str, answers: list[tuple[Call, Any]], server: RealServer) -> None:
    """The page with its answers."""
    path = GUIDE / page
    text = path.read_text(encoding="utf-8")
    for call, answer in answers:
        if answer is None:
            continue
        shown = json.dumps(shortened(answer), indent=1, ensure_ascii=False).replace(server.url, SHOWN_URL)
        block = f"```sh\n{call.shell}```\n\n```json\n"
        text = text.replace(f"{block}{call.answer}```", f"{block}{shown}\n```", 1)
    path.write_text(text, encoding="utf-8")


def write_all(server: RealServer, folder: Path) -> None:
    """Run and write every page."""
    variables = {"URL": server.url, "TOKEN": server.token, "FILE": str(folder / "song.mp3")}
    for page in in_order():
        answers = []
        for call in calls_of(page):
            answer = run(call, folder, variables)
            variables |= {name: value_at(answer, path) for name, path in call.kept}
            answers.append((call, answer))
            print(page, "ok", flush=True)
        if page == "generate.md":
            url = f"{server.url}/media/{variables['SONG']}.mp3"
            subprocess.run(["curl", "-s", "-f", url, "-o", variables["FILE"]], check=True)
        written(page, answers, server)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="songwright-guide-") as temporary:
        place = Path(temporary)
        with real_server(place / "data") as running:
            write_all(running, place)
