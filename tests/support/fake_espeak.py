"""A program in the place of espeak-ng that says what the real one was recorded to say."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

_PROGRAM = """#!{python}
import json, pathlib, sys
folder = pathlib.Path({folder!r})
if "--version" in sys.argv:
    print("eSpeak NG text-to-speech: 1.51")
    sys.exit()
text = sys.stdin.buffer.read().decode("utf-8").strip()
with (folder / "calls").open("a", encoding="utf-8") as calls:
    calls.write(" ".join(sys.argv[1:]) + " | " + text + "\\n")
said = json.loads((folder / "said.json").read_text(encoding="utf-8"))
if text not in said:
    sys.exit(3)
sys.stdout.buffer.write((said[text] + "\\n").encode("utf-8"))
"""


def install(folder: Path, said: Mapping[str, str]) -> Path:
    """The program in ``folder``: answers each text of ``said``, ends with an error at any other."""
    program = folder / "espeak-ng"
    program.write_text(_PROGRAM.format(python=sys.executable, folder=str(folder)), encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (folder / "said.json").write_text(json.dumps(dict(said)), encoding="utf-8")
    return program


def calls(folder: Path) -> list[str]:
    """The program's calls so far, ``arguments | text``."""
    path = folder / "calls"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
