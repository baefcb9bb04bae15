"""The guide's pages: every action has one, every request in them is taken, every refusal is as they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from string import Template
from typing import Any

import pytest

from songwright.app import openapi_document
from songwright.http.edits import EDITS
from tests.support.guide import GUIDE, Call, calls_of, in_order, pages, refusals, send, value_at

from .http_twins import server

PAGES = pages()
ACTIONS = ["generate", *sorted(EDITS)]


@pytest.fixture(scope="module")
def taken() -> Iterator[tuple[Any, dict[str, str], list[tuple[Call, Any]]]]:
    """A server to which every documented request was sent, the ids they keep, and the answers."""
    with server() as (client, _):
        values: dict[str, str] = {"URL": "http://127.0.0.1:8000", "TOKEN": "right", "FILE": ""}
        answers = []
        for page in in_order():
            for call in calls_of(page):
                answer = send(call, client, values)
                answers.append((call, answer))
                if call.kept and answer.status_code == 200:
                    values |= {name: value_at(answer.json(), path) for name, path in call.kept}
        yield client, values, answers


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_has_a_page_whose_first_request_is_of_it(action: str) -> None:
    assert f"{action}.md" in PAGES
    first = calls_of(f"{action}.md")[0]
    assert f'"action": "{action}"' in first.shell
    assert first.answer


def test_the_index_leads_to_every_page() -> None:
    assert {f"{page}" for page in PAGES} == {path.name for path in GUIDE.glob("*.md")} - {"README.md"}


def test_every_path_has_a_request() -> None:
    sent = "\n".join(call.shell for page in PAGES for call in calls_of(page))
    told = {path.split("{")[0] for path in openapi_document()["paths"]}
    elsewhere = {"/audiopipe", "/health/live", "/health/ready", "/metrics"}
    assert {path for path in told if path not in sent} == elsewhere


def test_every_request_of_the_guide_is_taken(taken: Any) -> None:
    refused = [(call.page, call.shell, answer.text) for call, answer in taken[2] if answer.status_code != 200]
    assert not refused
    assert len(taken[2]) > 45


def test_shown_answers_are_shaped_like_answers(taken: Any) -> None:
    for call, answer in taken[2]:
        if call.answer is None:
            continue
        shown = json.loads(call.answer)
        assert set(shown) == set(answer.json()) or "response" in shown, call.page
        if isinstance(shown.get("data"), list) and isinstance(shown["data"][0], dict):
            told = answer.json()["data"][0]
            assert set(told) - set(shown["data"][0]) <= {"style"}, call.page


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_says_is_refused_is_refused_so(taken: Any, page: str) -> None:
    client, values, _ = taken
    rows = refusals(page)
    assert rows or page == "clips.md"
    for row in rows:
        change = json.loads(Template(json.dumps(row.change)).substitute(values))
        answer = send(calls_of(page)[0], client, values, **change)
        told = answer.json()
        assert (answer.status_code, told["error"]["message"][: len(row.message)]) == (row.status, row.message), row
