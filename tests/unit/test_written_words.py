"""Written words against the bars for lyrics, over requests of many kinds; and that the measure can fail."""

from __future__ import annotations

import functools
import statistics
from dataclasses import replace

from songwright.domain.lyrics import Lyrics
from songwright.domain.lyrics import SectionKind as K
from songwright.evaluation.written import Request, figures, requests, song_of, variety

BARS = {
    "scheme": 0.95, "template": 0.95, "chorus_repeats": 1.0, "topic": 0.9, "no_twice": 1.0, "hook": 1.0, "metre": 0.85,
    "person": 0.98, "open_ends": 0.6, "language": 1.0,
}  # fmt: skip


@functools.cache
def measured() -> tuple[tuple[Request, Lyrics], ...]:
    return tuple((request, song_of(request.text, seed=3)) for request in requests()[::3])


def test_the_words_meet_their_bars():
    assert len(requests()) >= 120
    rows = [figures(song, request) for request, song in measured()]
    for key, bar in BARS.items():
        assert statistics.fmean(row[key] for row in rows) >= bar, key


def test_names_places_and_things_of_a_request_are_sung():
    for request in (r for r in requests() if len(r.all_of) > 1):
        heard = [figures(song_of(request.text, seed), request)["topic"] for seed in range(3)]
        assert statistics.fmean(heard) >= 0.6, request.text


def test_one_request_gives_many_songs():
    assert variety("a song about rain", n_seeds=12) >= 0.25


def broken(song: Lyrics) -> Lyrics:
    """The song with every second line from elsewhere, so that nothing rhymes."""
    wrong = [s.lines[0] for s in song_of("a song about my cat", 1).sections[:3]]
    sections = tuple(
        replace(s, lines=tuple(wrong[i // 2 % 3] if i % 2 else line for i, line in enumerate(s.lines)))
        for s in song.sections
    )
    return replace(song, sections=sections)


def test_the_measure_hears_what_is_wrong():
    request, song = next((r, s) for r, s in measured() if r.language == "en" and not r.all_of)
    assert figures(broken(song), request)["scheme"] < 0.6 < figures(song, request)["scheme"]
    dull = replace(song, sections=tuple(replace(s, lines=s.lines[:1] * 4) for s in song.sections))
    assert figures(dull, request)["no_twice"] == 0.0
    assert figures(song, replace(request, any_of=("zebra",)))["topic"] == 0.0
    assert figures(replace(song, title="Zebra Crossing"), request)["hook"] == 0.0
    turned = list(song.sections)
    last = max(i for i, s in enumerate(turned) if s.kind is K.CHORUS)
    turned[last] = replace(turned[last], lines=turned[last].lines[::-1])
    assert figures(replace(song, sections=tuple(turned)), request)["chorus_repeats"] == 0.0
