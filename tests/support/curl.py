"""The reference guide's requests, sent by the curl of this machine."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest


def command(text: str, *, url: str, token: str, callback_url: str = "") -> list[str]:
    """A documented shell command as arguments, with the service's address and the token filled in."""
    if shutil.which("curl") is None:
        pytest.fail("curl is not installed: these tests send the documented requests with it")
    filled = (
        text.replace("https://api.acedata.cloud", url).replace("{token}", token).replace("{callback}", callback_url)
    )
    name, *arguments = shlex.split(filled.replace("\\\n", " "))
    return [name, "--silent", "--show-error", "--max-time", "900", *arguments]


def run(text: str, **filled: str) -> dict[str, Any]:
    """What a documented command prints, as JSON. Raises CalledProcessError when curl fails."""
    done = subprocess.run(command(text, **filled), capture_output=True, check=True, timeout=320)
    return json.loads(done.stdout)


def download(url: str) -> bytes:
    """The bytes behind an address; curl fails on any HTTP error."""
    words = command(f"curl --fail '{url}'", url="", token="")
    return subprocess.run(words, capture_output=True, check=True, timeout=320).stdout


@contextmanager
def printing(text: str, **filled: str) -> Generator[subprocess.Popen[bytes]]:
    """A documented command while it prints; ended with the block."""
    with subprocess.Popen(command(text, **filled), stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()
