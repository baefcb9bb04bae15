"""Cover art: sizes, determinism, legibility, titles in every script."""

from __future__ import annotations

import hashlib
import io
import itertools
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from songwright.assets.art.colour import from_oklab, gradient, make_palette, parse_hex, to_oklab
from songwright.assets.art.lettering import MIN_CONTRAST, Hand, hand_for, writable
from songwright.assets.art.typeface import OWN, families, installed, roots
from songwright.assets.cover import SCENES, choose_scene, cover

BARE = Hand(families=(OWN,))
PALETTE = ("#1b2a6b", "#ff7a59", "#ffd9a0", "#3c8d93")


def _pixels(jpeg: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"), np.float32) / 255


QUICK = {"blobs", "city", "tiles"}


@pytest.mark.parametrize(
    "scene", [pytest.param(s, marks=[] if s in QUICK else pytest.mark.slow) for s in sorted(SCENES)]
)
def test_every_scene_is_a_legible_picture(scene: str) -> None:
    made = cover("Paper Lanterns", genre="pop", palette=PALETTE, seed=4, motif=scene)
    assert made.scene == scene
    small, large = Image.open(io.BytesIO(made.small_jpeg)), Image.open(io.BytesIO(made.large_jpeg))
    assert (small.size, large.size, large.format) == ((512, 512), (1024, 1024), "JPEG")
    assert made.text == "PAPER LANTERNS"
    assert made.contrast >= MIN_CONTRAST
    pixels = _pixels(made.small_jpeg)
    assert pixels.std() > 0.05  # not a flat area
    assert len(np.unique((pixels * 15).astype(int).reshape(-1, 3), axis=0)) > 30
    assert len(made.large_jpeg) < 1_000_000


def test_same_seed_same_bytes_and_another_seed_another_picture() -> None:
    first = cover("Tide", genre="folk", palette=PALETTE, seed=8)
    assert cover("Tide", genre="folk", palette=PALETTE, seed=8) == first
    assert cover("Tide", genre="folk", palette=PALETTE, seed=9).large_jpeg != first.large_jpeg


def test_the_title_is_on_the_picture() -> None:
    with_title = cover("Tide", palette=PALETTE, seed=3, motif="blobs")
    without = cover("", palette=PALETTE, seed=3, motif="blobs")
    different = np.abs(_pixels(with_title.large_jpeg) - _pixels(without.large_jpeg)).max(axis=2) > 0.35
    rows = np.flatnonzero(different.any(axis=1))
    columns = np.flatnonzero(different.any(axis=0))
    assert different.mean() > 0.004
    assert rows.min() > 1024 * 0.05
    assert columns.min() > 1024 * 0.05
    assert columns.max() < 1024 * 0.95


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Café del Corazón", "Cafe del Corazon"),
        ("“Don’t Go” – Part 2…", "“Don’t Go” - Part 2…"),
        ("Straße", "Strasse"),
        ("Ночь", ""),
        ("さくらの夜", ""),
        ("🎉🎉", ""),
        ("Party 🎉 Time", "Party Time"),
        ("", ""),
    ],
)
def test_titles_without_the_font_packages(title: str, written: str) -> None:
    assert writable(title, BARE) == written
    assert all(BARE.has(c) for c in written)


def test_without_the_font_packages_chinese_titles_are_written_in_pinyin() -> None:
    assert writable("夜空中最亮的星", BARE) == "Ye Kong Zhong Zui Liang De Xing"


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("Paper Lanterns", "own"),
        ("Déjà Vu à Łódź", "noto-sans"),
        ("Đêm Sài Gòn ướt", "noto-sans"),
        ("Cafe\u0301", "noto-sans"),  # an accent as a character of its own
        ("Ночь над рекой", "noto-sans"),
        ("Θάλασσα", "noto-sans"),
        ("夜空中最亮的星", "noto-sans-sc"),
        ("さくらの夜", "noto-sans-jp"),
        ("밤하늘의 별", "noto-sans-kr"),
        ("Straße “7”…", "noto-sans"),
    ],
)
def test_titles_of_every_covered_script_are_drawn_letter_for_letter(title: str, family: str) -> None:
    assert families(title)[0].name == family
    hand = hand_for(title)
    assert writable(title) == unicodedata.normalize("NFC", title)
    drawn = {}
    for char in set(writable(title)) - {" "}:
        font = hand.font(char, 64)
        assert font is not None
        drawn[char] = font.getmask(char)
        assert bytes(drawn[char]) != bytes(font.getmask("\U0010fffd"))
    assert len({(mask.size, bytes(mask)) for mask in drawn.values()}) == len(drawn)


@pytest.mark.parametrize("title", ["ليلة", "रात", "คืน", "לילה", "🎉🎉"])
def test_titles_of_other_scripts_are_left_off(title: str) -> None:
    assert writable(title) == ""
    bare = cover("", palette=PALETTE, seed=3, motif="blobs")
    assert cover(title, palette=PALETTE, seed=3, motif="blobs") == bare


def test_capitals_of_greek_have_no_stress_marks() -> None:
    assert cover("Θάλασσα άϊ", seed=3, motif="tiles", genre="techno").text == "ΘΑΛΑΣΣΑ ΑΪ"
    assert cover("Élan", seed=3, motif="tiles", genre="techno").text == "ÉLAN"


def test_long_titles_without_spaces_stay_inside() -> None:
    bare = _pixels(cover("", palette=PALETTE, seed=3, motif="blobs").large_jpeg)
    made = cover("春の夜の夢のごとし風の前の塵に同じおごれる人も久しからず", palette=PALETTE, seed=3, motif="blobs")
    different = np.abs(_pixels(made.large_jpeg) - bare).max(axis=2) > 0.35
    columns, rows = np.flatnonzero(different.any(axis=0)), np.flatnonzero(different.any(axis=1))
    assert 1024 * 0.04 < columns.min() < 1024 * 0.2
    assert 1024 * 0.8 < columns.max() < 1024 * 0.96
    assert np.ptp(rows) > 60  # more than one line of small letters


def test_covers_are_the_same_bytes_in_another_process() -> None:
    code = (
        "import hashlib; from songwright.assets.cover import cover;"
        "print(hashlib.sha256(cover('Ночь 夜', seed=5, motif='blobs').large_jpeg).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.strip()
    assert hashlib.sha256(cover("Ночь 夜", seed=5, motif="blobs").large_jpeg).hexdigest() == there


def test_a_folder_without_packages_has_no_families(tmp_path: Path) -> None:
    assert installed(tmp_path) == {}
    assert set(next(filter(None, map(installed, roots())))) == {"sans", "sc", "jp", "kr"}


@pytest.mark.parametrize("title", ["x" * 200, "word " * 60])
def test_long_titles_stay_inside(title: str) -> None:
    made = cover(title, palette=PALETTE, seed=3, motif="blobs")
    bare = cover("", palette=PALETTE, seed=3, motif="blobs")
    different = np.abs(_pixels(made.large_jpeg) - _pixels(bare.large_jpeg)).max(axis=2) > 0.35
    columns = np.flatnonzero(different.any(axis=0))
    assert columns.min() > 1024 * 0.04
    assert columns.max() < 1024 * 0.96


def test_scenes_follow_title_and_genre() -> None:
    assert {choose_scene("Anything", genre="christmas", seed=s) for s in range(20)} == {"snow"}
    assert choose_scene("A song about snow", genre="pop", seed=1) == "snow"
    drives = [choose_scene("Night Drive", genre="synthwave", seed=s) for s in range(40)]
    assert set(drives) <= {"road", "night", "neon", "city"}
    assert len({choose_scene("Untitled", genre="pop", seed=s) for s in range(60)}) >= 5


def test_bad_colours_are_named() -> None:
    with pytest.raises(ValueError, match="#12"):
        cover("A", palette=("#12",))


@pytest.mark.parametrize("colours", [(), ("#ff0000",), ("#000", "#fff"), PALETTE, ("#808080",) * 6])
@pytest.mark.parametrize("mood", [(-1.0, 0.0), (1.0, 1.0)])
def test_palettes_run_from_dark_to_light(colours: tuple[str, ...], mood: tuple[float, float]) -> None:
    palette = make_palette(colours, valence=mood[0], energy=mood[1], rng=np.random.default_rng(1))
    lightness = [float(to_oklab(c)[0]) for c in palette.ramp]
    assert all(a < b + 0.03 for a, b in itertools.pairwise(lightness))
    assert lightness[-1] - lightness[0] > 0.6


def test_oklab_returns_where_it_came_from() -> None:
    colours = np.random.default_rng(2).random((50, 3))
    assert np.allclose(from_oklab(to_oklab(colours)), colours, atol=1e-5)
    assert np.allclose(to_oklab([1.0, 1.0, 1.0]), [1, 0, 0], atol=1e-3)
    ramp = gradient([parse_hex("#000000"), parse_hex("#ffffff")], np.linspace(0, 1, 9, dtype=np.float32))
    assert (np.diff(to_oklab(ramp)[:, 0]) > 0.1).all()
