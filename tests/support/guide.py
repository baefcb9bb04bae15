"""The pages of ``docs/guide``: their requests, in the order of its index, and what they answer.

A request is a ``curl`` in a ``sh`` block. ``# NAME = path.to.value`` under it keeps a value of the answer, which later
requests name as ``$NAME``. The ``json`` block that follows shows the answer; ``scripts/guide.py`` writes it.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import httpx

LAST = "clips.md"
GUIDE = Path(__file__).parents[2] / "docs" / "guide"
_BLOCK = re.compile(r"```sh\n(?P<shell>.*?)```(?:\n\n```json\n(?P<answer>.*?)```)?", re.DOTALL)
_KEPT = re.compile(r"(?m)^# ([A-Z_]+) = (\S+)$")
_HEREDOC = re.compile(r"<<END\n(.*?)\nEND\n", re.DOTALL)
_ERROR = re.compile(r"(?m)^\| `(\{.*?\})` \| (\d{3}) \| `(.*?)` \|$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One documented request."""

    page: str
    shell: str
    answer: str | None  # as shown; None when nothing is
    kept: tuple[tuple[str, str], ...]  # name, path in the answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """One row of a page's table: a change to its first request, and what is answered."""

    page: str
    change: dict[str, Any]
    status: int
    message: str


def pages() -> list[str]:
    """Names of the pages, in the order in which the index leads to them."""
    index = (GUIDE / "README.md").read_text(encoding="utf-8")
    return list(dict.fromkeys(re.findall(r"\]\((\w+\.md)\)", index)))


def in_order(given: Iterable[str] = ("URL", "TOKEN", "FILE")) -> list[str]:
    """The pages so that each comes after those whose ids it names; the one that deletes is last.

    Raises ValueError when a name is kept by no page.
    """
    known, waiting, out = set(given), [page for page in pages() if page != LAST], []
    while waiting:
        page = next((page for page in waiting if not _missing(page, known)), None)
        if page is None:
            raise ValueError({page: sorted(_missing(page, known)) for page in waiting})
        waiting.remove(page)
        out.append(page)
        known |= {name for call in calls_of(page) for name, _ in call.kept}
    return [*out, LAST]


def _missing(page: str, known: set[str]) -> set[str]:
    """Names that a page needs and nobody has kept yet."""
    kept, lacking = set(known), set[str]()
    for call in calls_of(page):
        lacking |= set(re.findall(r"\$([A-Z_]+)", call.shell)) - kept
        kept |= {name for name, _ in call.kept}
    return lacking


def calls_of(page: str) -> list[Call]:
    """The requests of a page."""
    text = (GUIDE / page).read_text(encoding="utf-8")
    return [
        Call(
            page=page,
            shell=found["shell"],
            answer=found["answer"],
            kept=tuple((name, path) for name, path in _KEPT.findall(found["shell"])),
        )
        for found in _BLOCK.finditer(text)
        if "curl" in found["shell"]
    ]


def refusals(page: str) -> list[Refusal]:
    """The rows of a page's table of errors."""
    text = (GUIDE / page).read_text(encoding="utf-8")
    return [
        Refusal(page=page, change=json.loads(change), status=int(status), message=message)
        for change, status, message in _ERROR.findall(text)
    ]


def body_of(call: Call, values: dict[str, str]) -> dict[str, Any]:
    """The JSON that a request sends."""
    found = _HEREDOC.search(call.shell)
    assert found, f"{call.page} sends no JSON"
    return json.loads(Template(found[1]).substitute(values))


def send(call: Call, client: httpx.Client, values: dict[str, str], **change: Any) -> httpx.Response:
    """Send a request as curl would, with ``change`` in its JSON."""
    found = _HEREDOC.search(call.shell)
    line = call.shell.replace(found[0], "\n") if found else call.shell
    line = "".join(_KEPT.sub("", line).replace("\\\n", " ").split("|", 1)[0])
    words = shlex.split(Template(line).substitute({**values, "URL": "", "TOKEN": ""}))
    assert words[:2] == ["curl", "-s"], words
    method, path, files = "POST" if found else "GET", "", {}
    rest = iter(words[2:])
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-F":
            name, _, value = next(rest).partition("=")
            method, files[name] = "POST", value
        elif word in ("-H", "-o", "--json"):
            next(rest)
        elif word.startswith("/"):
            path = word
        elif word not in ("-N", "-L"):
            raise AssertionError(f"{call.page}: {word} is not understood")
    if files:
        sound = ("song.mp3", values.get("FILE", "").encode("latin-1") or b"RIFF")
        data = {name: value for name, value in files.items() if not value.startswith("@")}
        return client.request(method, path, files={"file": sound}, data=data)
    return client.request(method, path, json={**body_of(call, values), **change} if found else None)


def value_at(answer: Any, path: str) -> str:
    """``data.0.id`` of an answer."""
    for step in path.split("."):
        answer = answer[int(step)] if step.isdigit() else answer[step]
    return str(answer)
