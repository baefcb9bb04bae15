"""Lyrics from a chat API that somebody runs beside the server; whoever asks must be ready for None."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import httpx
import structlog

from songwright.domain.style import Brief

from .tags import read_tag

TRIES = 3
MAX_ANSWER_CHARS, MAX_TEXT_CHARS, MAX_LINE_CHARS, MAX_LINES, MAX_TITLE_CHARS = 60_000, 5_000, 120, 120, 80
KEPT_ANSWERS = 64
_LANGUAGES = {
    "en": "English", "es": "Spanish", "zh": "Chinese", "it": "Italian", "pt": "Portuguese", "fr": "French",
    "ja": "Japanese",
}  # fmt: skip
_LOG = structlog.get_logger(__name__)
_SYSTEM = (
    "You write original song lyrics. Answer with plain text only, no explanations and no markdown. "
    "First line: 'Title: ' and a short title. Then the lyrics, every section after its tag in square brackets, "
    "such as [Verse], [Pre-Chorus], [Chorus], [Bridge]. Four lines per verse, four to ten syllables per line."
)


class BadAnswer(ValueError):
    """The answer is no usable lyric; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatLyrics:
    """Words as the chat API wrote them, checked."""

    title: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatWriter:
    """A client of one OpenAI-compatible chat API. Answers are remembered, so takes of one song share words."""

    url: str  # ".../v1" or the whole ".../chat/completions"
    model: str = ""
    key: str = field(default="", repr=False)
    timeout_s: float = 20.0  # of one try; a call takes at most TRIES times this
    pause_s: float = 0.5  # before the second try; twice this before the third
    _kept: OrderedDict[tuple[str, int], ChatLyrics] = field(default_factory=OrderedDict, repr=False, compare=False)

    def write(self, brief: Brief, *, request: str, seed: int) -> ChatLyrics | None:
        """Lyrics about ``request`` in the brief's language and style; None, with a logged reason, on any failure."""
        question = _question(brief, request)
        if found := self._kept.get((question, seed)):
            return found
        box: list[ChatLyrics] = []
        thread = threading.Thread(target=lambda: box.extend(asyncio.run(self._within(question, seed))), daemon=True)
        thread.start()
        thread.join(TRIES * self.timeout_s + 0.5)
        if not box:
            return None
        self._kept[question, seed] = box[0]
        while len(self._kept) > KEPT_ANSWERS:
            self._kept.popitem(last=False)
        return box[0]

    async def _within(self, question: str, seed: int) -> list[ChatLyrics]:
        try:
            async with asyncio.timeout(TRIES * self.timeout_s):
                return await self._tries(question, seed)
        except TimeoutError:
            _LOG.warning("lyrics_llm_failed", reason="out of time")
        return []

    async def _tries(self, question: str, seed: int) -> list[ChatLyrics]:
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(self.pause_s * 2 ** (attempt - 1))
            try:
                async with asyncio.timeout(self.timeout_s):
                    return [read_answer(await self._ask(question, seed + attempt))]
            except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, BadAnswer) as error:
                reason = str(error) or type(error).__name__
                _LOG.warning("lyrics_llm_failed", attempt=attempt + 1, reason=reason)
                if not _worth_a_retry(error):
                    break
        return []

    async def _ask(self, question: str, seed: int) -> str:
        body = {
            "model": self.model,
            "messages": [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": question}],
            "seed": seed % 2**31,
            "temperature": 0.9,
            "stream": False,
        }
        headers = {"authorization": f"Bearer {self.key}"} if self.key else {}
        base = self.url.rstrip("/")
        address = base if base.endswith("/chat/completions") else f"{base}/chat/completions"
        async with (
            httpx.AsyncClient(timeout=self.timeout_s) as client,
            client.stream("POST", address, json=body, headers=headers) as answer,
        ):
            answer.raise_for_status()
            data = b""
            async for block in answer.aiter_bytes():
                data += block
                if len(data) > MAX_ANSWER_CHARS:
                    raise BadAnswer("the answer is too long")
        return _content(data)


def _worth_a_retry(error: Exception) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code >= 500 or error.response.status_code in (408, 429)
    return not isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL)


def _question(brief: Brief, request: str) -> str:
    language = _LANGUAGES.get(brief.language, "English")
    title = f" The title is {brief.title!r}." if brief.title else ""
    return f"Write lyrics in {language} for this request: {request[:2000]}\nStyle: {brief.style_line[:500]}.{title}"


def _content(data: bytes) -> str:
    try:
        content: Any = json.loads(data)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError) as error:
        raise BadAnswer("the answer is not a chat completion") from error
    if not isinstance(content, str):
        raise BadAnswer("the answer has no text")
    return content


def read_answer(content: str) -> ChatLyrics:
    """Title and lyrics of an answer. Raises BadAnswer for markdown fences, fewer than two tagged sections or four
    lines, and for texts, lines or titles that are too long.
    """
    text = content.replace("\r\n", "\n").strip()
    if "```" in text or re.search(r"^(?:#|\*\*)", text, re.MULTILINE):
        raise BadAnswer("the answer is markdown")
    title, body = "", text
    if found := re.match(r"title\s*:\s*(.+)\n", text, re.IGNORECASE):
        title, body = found[1].strip(" \"'*"), text[found.end() :].strip()
    if len(title) > MAX_TITLE_CHARS or not title:
        raise BadAnswer("the answer has no usable title")
    rows = [row.strip() for row in body.split("\n")]
    tags = [m[1] for row in rows if (m := re.fullmatch(r"\[([^\[\]]+)\]", row))]
    lines = [row for row in rows if row and not re.fullmatch(r"\[[^\[\]]*\]", row)]
    if not body.startswith("[") or sum(read_tag(tag, tag).kind is not None for tag in tags) < 2:
        raise BadAnswer("the answer has fewer than two tagged sections")
    if not 4 <= len(lines) <= MAX_LINES:
        raise BadAnswer(f"the answer has {len(lines)} lines")
    if len(body) > MAX_TEXT_CHARS or max(map(len, lines)) > MAX_LINE_CHARS:
        raise BadAnswer("a line or the text of the answer is too long")
    return ChatLyrics(title=title, text="\n".join(rows))
