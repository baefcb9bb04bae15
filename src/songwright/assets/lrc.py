"""LRC: timed lyrics as players and karaoke programs read them."""

from __future__ import annotations

from collections.abc import Sequence

from songwright.domain.performance import AlignedWord

from .words import joined, lines_of

_GAP_S = 4.0  # a longer silence between lines clears the screen


def stamp(second: float) -> str:
    """``mm:ss.xx``, rounded to hundredths, never negative.

    >>> stamp(61.239), stamp(-1.0), stamp(3599.999)
    ('01:01.24', '00:00.00', '60:00.00')
    """
    hundredths = max(0, round(second * 100))
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes:02d}:{rest // 100:02d}.{rest % 100:02d}"


def lrc(
    words: Sequence[AlignedWord], *, title: str = "", duration_s: float | None = None, by_word: bool = False
) -> str:
    """The sung words, one line of text per line of lyrics; with ``by_word`` each word has its own time too."""
    head = [f"[ti:{_tag(title)}]"] if title else []
    head.append("[ar:Songwright]")
    if duration_s is not None:
        head.append(f"[length:{stamp(duration_s)}]")
    body: list[str] = []
    lines = lines_of(words)
    for index, line in enumerate(lines):
        body.append(f"[{stamp(line[0].start_s)}]{_line(line, by_word)}")
        nxt = lines[index + 1][0].start_s if index + 1 < len(lines) else duration_s
        if nxt is not None and nxt - line[-1].end_s > _GAP_S:
            body.append(f"[{stamp(line[-1].end_s)}]")
    return "\n".join([*head, *body]) + "\n"


def _tag(text: str) -> str:
    return " ".join(text.replace("]", ")").replace("[", "(").split())


def _line(line: Sequence[AlignedWord], by_word: bool) -> str:
    out = ""
    for index, word in enumerate(line):
        space = joined(line[index - 1].text, word.text) if index else ""
        out += space + (f"<{stamp(word.start_s)}>" if by_word else "") + word.text
    return out + (f"<{stamp(line[-1].end_s)}>" if by_word else "")
