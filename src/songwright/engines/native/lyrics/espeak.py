"""The door to espeak-ng: an optional program, run as a process of its own, that says words in IPA.

It is GPL-3: found where the machine has it, never shipped and never loaded into this process.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess

NAME = "espeak-ng"
SETTING = "SONGWRIGHT_ESPEAK"
OFF = "none"
TIMEOUT_S = 10.0  # of one call, which takes some milliseconds
MAX_WORDS, MAX_LETTERS = 40, 80  # of one call, of one word
_SWITCH = re.compile(r"\([^()\s]*\)")  # "(en)", with ties: where it reads a foreign word


class EspeakFailed(Exception):
    """The program is missing, ended with an error or took too long."""


def program() -> str | None:
    """Path of the program: the setting, else the one on PATH; None when there is none or it is switched off."""
    wanted = os.environ.get(SETTING, "").strip() or NAME
    return None if wanted == OFF else shutil.which(wanted)


def version() -> str:
    """What the program calls itself. Raises EspeakFailed."""
    found = re.search(r"\d+(?:\.\d+)+", _run(_needed(), ("--version",), ""))
    return found[0] if found else "?"


def read(words: tuple[str, ...], language: str) -> tuple[str, ...]:
    """IPA of each word as it sounds in this row of words, with ties, stress marks and lengths; "" for a silent one.

    language: an espeak-ng voice, "hi". Raises EspeakFailed.
    """
    cut = tuple(word[:MAX_LETTERS] for word in words)
    rows = (cut[i : i + MAX_WORDS] for i in range(0, len(cut), MAX_WORDS))
    return tuple(ipa for row in rows for ipa in _row(_needed(), row, language))


@functools.lru_cache(maxsize=4_096)
def _row(path: str, words: tuple[str, ...], language: str) -> tuple[str, ...]:
    """All words in one breath when they come back as so many groups of sounds; else each on its own."""
    groups = _said(path, " ".join(words), language).split()
    if len(groups) == len(words):
        return tuple(groups)
    return tuple(_said(path, word, language) for word in words)


def _said(path: str, text: str, language: str) -> str:
    said = _run(path, ("-q", "--ipa=3", "-b", "1", "-v", language), text + "\n")
    return " ".join(_SWITCH.sub("", said).split())


def _needed() -> str:
    found = program()
    if found is None:
        raise EspeakFailed(f"{NAME} is not installed")
    return found


def _run(path: str, arguments: tuple[str, ...], text: str) -> str:
    try:
        done = subprocess.run(
            [path, *arguments], input=text.encode(), capture_output=True, timeout=TIMEOUT_S, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise EspeakFailed(f"{NAME} took longer than {TIMEOUT_S:.0f} s") from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise EspeakFailed(f"{NAME} failed: {error}") from error
    return done.stdout.decode(errors="replace")
