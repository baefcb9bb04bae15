"""Written words measured: ``python -m songwright.evaluation.written`` prints a table and the worst songs.

Text only, no sound: rhyme scheme, length of lines, hook, metre, the request's own words, repetition over seeds.
"""

from __future__ import annotations

import itertools
import json
import re
import statistics
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from songwright.domain.action import GenerateAction
from songwright.domain.draws import child_seed
from songwright.domain.lyrics import Line, Lyrics, LyricsSection
from songwright.domain.lyrics import SectionKind as K
from songwright.engines.native.interpret import interpret
from songwright.engines.native.lyrics import write_lyrics
from songwright.engines.native.lyrics.rhyme import ending, rhyme_score

RHYMES = 0.7
"""A score from which two ends are heard as a rhyme."""
ASSONANCE = 0.5
"""The same outside English, where vowels alone rhyme."""
_OPEN = re.compile(r"[AIOWYaeiouɑɔʌɪʊɛæɜəɚᵊᵻɐ]ː?[mnŋlɹɾɻjw]*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A request and the words its song should hold."""

    text: str
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    language: str = "en"


def requests() -> tuple[Request, ...]:
    """All requests of ``written_prompts.toml``."""
    raw = tomllib.loads(
        resources.files("songwright.evaluation").joinpath("written_prompts.toml").read_text(encoding="utf-8")
    )
    out = []
    for row in raw["requests"].strip().splitlines():
        text, words = (part.strip() for part in row.split("|"))
        any_of = tuple(w for w in words.split() if w[0] != "+")
        out.append(Request(text=text, any_of=any_of, all_of=tuple(w[1:] for w in words.split() if w[0] == "+")))
    for row in raw["languages"].strip().splitlines():
        language, text, words = (part.strip() for part in row.split("|"))
        out.append(Request(text=text, any_of=tuple(words.split()), language=language))
    return tuple(out)


def song_of(request: str, seed: int) -> Lyrics:
    """The words a song of this request and seed gets, in the usual form."""
    return write_lyrics(interpret(GenerateAction(prompt=request, seed=seed)), seed=child_seed(seed, "lyrics"))


def scheme_kept(lines: Sequence[Line]) -> bool:
    """Whether a section rhymes by a usual scheme: couplets, crossed, or every second line; refrains count as kept."""
    if len(lines) < 2 or len({line.text.lower() for line in lines}) == 1:
        return True
    ends = [ending(line) for line in lines]
    texts = [line.text.lower() for line in lines]
    least = RHYMES if lines[0].language == "en" else ASSONANCE

    def rhyme(i: int, j: int) -> bool:
        return texts[i] == texts[j] or rhyme_score(ends[i], ends[j]) >= least

    n = len(lines)
    couplets = all(rhyme(i, i + 1) for i in range(0, n - 1, 2))
    crossed = all(rhyme(i + 1, i + 3) for i in range(0, n - 3, 4)) if n >= 4 else False
    return couplets or crossed


def within_template(lines: Sequence[Line]) -> float:
    """Share of lines within two syllables of the section's median."""
    counts = [len(line.syllables) for line in lines]
    middle = statistics.median(counts)
    return sum(abs(n - middle) <= 2 for n in counts) / len(counts)


def on_strong(line: Line) -> float:
    """Share of a line's stressed syllables on strong places of the metre (duple or triple) that fits it best."""
    stresses = [s.stress > 0 for s in line.syllables]
    n = sum(stresses) or 1
    grids = [lambda i, k=k: i % 2 == k for k in (0, 1)]
    best = max(sum(s and grid(i) for i, s in enumerate(stresses)) for grid in grids) / n
    for step in (2, 3):  # one slip of a syllable is sung as a pickup or a held note
        for slip in range(1, len(stresses)):
            for k in range(step):
                hits = sum(s and (i + (i >= slip)) % step == k for i, s in enumerate(stresses))
                best = max(best, hits / n)
    return best


def heard(song: Lyrics, request: Request) -> bool:
    """Whether the words of the request are sung."""
    text = " ".join(line.text for line in song.lines()).lower()
    found = [w for w in (*request.any_of, *request.all_of) if w in text]
    return all(w in found for w in request.all_of) and (not request.any_of or any(w in found for w in request.any_of))


def hook_sung(song: Lyrics) -> bool:
    """Whether the chorus sings the title's telling words."""
    chorus = " ".join(line.text for s in song.sections if s.kind is K.CHORUS for line in s.lines).lower()
    title = re.findall(r"[^\W_]+", song.title.lower()) if song.language != "zh" else list(song.title)
    return sum(word in chorus for word in title) >= 0.6 * len(title)


def one_third_person(section: LyricsSection) -> bool:
    """Whether a section speaks of "he" or of "she", not of both."""
    words = set(re.findall(r"[a-z']+", " ".join(line.text for line in section.lines).lower()))
    return not (words & {"he", "he's", "him"} and words & {"she", "she's"})


def figures(song: Lyrics, request: Request) -> dict[str, float]:
    """All figures of one song, each 0..1, more is better."""
    sung = [s for s in song.sections if s.lines]
    verses = [s for s in sung if s.kind is K.VERSE]
    choruses = [s for s in sung if s.kind is K.CHORUS]
    lines = list(dict.fromkeys(line for s in sung for line in s.lines))
    ends = [line.syllables[-1].phonemes for line in choruses[0].lines] if choruses else []
    return {
        "scheme": sum(scheme_kept(s.lines) for s in sung) / len(sung),
        "template": statistics.fmean(within_template(s.lines) for s in sung),
        "chorus_repeats": float(len({s.lines for s in choruses}) <= 1),
        "topic": float(heard(song, request)),
        "no_twice": float(all(len({x.text for x in s.lines}) == len(s.lines) for s in verses)),
        "hook": float(hook_sung(song)),
        "metre": statistics.fmean(on_strong(line) for line in lines) if song.language != "zh" else 1.0,
        "person": sum(one_third_person(s) for s in sung) / len(sung),
        "open_ends": sum(bool(_OPEN.search(p)) for p in ends) / max(len(ends), 1),
        "language": float(song.language == request.language),
    }


def variety(request: str, n_seeds: int = 20) -> float:
    """Share of different lines among all lines of ``n_seeds`` songs of one request (a song's own repeats aside)."""
    seen = [{line.text.lower() for line in song_of(request, seed).lines()} for seed in range(n_seeds)]
    return len(set(itertools.chain(*seen))) / sum(map(len, seen))


def table(seeds: Sequence[int]) -> dict[str, dict[str, float]]:
    """Mean figures by language over all requests and seeds."""
    rows: dict[str, list[dict[str, float]]] = {}
    for request in requests():
        rows.setdefault(request.language, []).extend(figures(song_of(request.text, s), request) for s in seeds)
    return {
        language: {key: round(statistics.fmean(row[key] for row in found), 3) for key in found[0]}
        for language, found in rows.items()
    }


def main() -> None:
    """Prints the table as JSON; with ``-v`` also the requests that failed a figure."""
    out = table(range(3))
    asked = ("a cheerful Christmas pop song", "a love song", "a song about my cat", "a song about my stapler")
    out["variety"] = {request: round(variety(request), 3) for request in asked}
    sys.stdout.write(json.dumps(out, indent=1, ensure_ascii=False) + "\n")
    if "-v" in sys.argv:
        for request, seed in itertools.product(requests(), range(3)):
            song = song_of(request.text, seed)
            low = {k: v for k, v in figures(song, request).items() if v < 0.75 and k not in ("open_ends",)}
            if low:
                sys.stdout.write(f"{request.text!r} seed {seed}: {song.title!r} {low}\n")


if __name__ == "__main__":
    main()
