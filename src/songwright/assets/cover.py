"""Cover art from a title, a genre, a palette and a mood: one of many scenes, one seed, always the same picture."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from songwright.domain.draws import child_seed, draws
from songwright.domain.plan import CoverPlan, Plan

from .art import patterns, places
from .art.canvas import Canvas
from .art.colour import Palette, make_palette
from .art.lettering import write_title

Scene = Callable[[Canvas, Palette], None]

SCENES: dict[str, Scene] = {
    "sea": places.sea,
    "mountains": places.mountains,
    "road": places.road,
    "night": places.night,
    "snow": places.snow,
    "city": places.city,
    "neon": places.neon,
    "waves": patterns.waves,
    "rings": patterns.rings,
    "heart": patterns.heart,
    "tiles": patterns.tiles,
    "blobs": patterns.blobs,
    "flow": patterns.flow,
    "ridgelines": patterns.ridgelines,
    "dots": patterns.dots,
    "petals": patterns.petals,
    "rain": patterns.rain,
}
"""Every picture there is, by name."""

_ROOM: dict[str, str] = {
    **dict.fromkeys(("sea", "road", "snow", "city", "neon", "mountains", "rain"), "top"),
    **dict.fromkeys(("tiles", "ridgelines", "dots", "petals", "blobs"), "bottom"),
}
"""Where a scene leaves room for the title; the others ask the picture."""

_GENRES = (
    (r"christmas|holiday|xmas|carol", ("snow",)),
    (r"synthwave|retrowave|vaporwave|80s", ("neon", "road", "neon", "city")),
    (r"house|techno|edm|trance|dance|electro|dubstep|drum", ("rings", "blobs", "tiles", "flow", "ridgelines")),
    (r"hip|rap|trap|drill|rnb|r&b|soul|funk", ("city", "dots", "tiles", "flow", "blobs")),
    (r"jazz|swing|blues|lofi|lo-fi|bossa", ("rain", "tiles", "city", "rings", "waves")),
    (r"folk|country|acoustic|bluegrass|singer", ("mountains", "road", "petals", "sea", "waves")),
    (r"ballad|piano|love", ("sea", "night", "heart", "petals", "waves")),
    (r"rock|metal|punk|grunge|indie", ("dots", "ridgelines", "mountains", "road", "flow")),
    (r"ambient|classical|orchestr|cinematic|new age", ("blobs", "night", "mountains", "waves", "flow")),
    (r"reggae|latin|salsa|tropical|afro|island", ("sea", "waves", "petals", "tiles")),
    (r"pop|disco", ("blobs", "waves", "rings", "petals", "tiles", "sea")),
)
_MOTIFS = (
    (r"christmas|xmas|snow\w*|winter|santa|reindeer|mistletoe|frost\w*|icicle", "snow"),
    (r"neon|arcade|retro|synthwave|laser", "neon"),
    (r"driv\w*|road\w*|highway|car|cars|miles|ride|travel\w*|truck", "road"),
    (r"rain\w*|storm\w*|umbrella|window\w*|tears?", "rain"),
    (r"city|cities|street\w*|skyline|downtown|tokyo|paris|york|london|rooftops?|subway", "city"),
    (r"stars?|starlight|moon\w*|night\w*|midnight|galax\w*|space|universe|sky|dream\w*|sleep\w*|lullaby", "night"),
    (
        r"sea|ocean\w*|beach\w*|wave\w*|sail\w*|harbou?r|island\w*|sun|sunset|sunrise|summer|shore|tide\w*|horizon",
        "sea",
    ),
    (
        r"mountain\w*|hills?|valley|forest|trees?|river\w*|wild\w*|home|country|canyon|wolf|pines?|dawn|morning",
        "mountains",
    ),
    (r"love\w*|hearts?|kiss\w*|wedding|darling|valentine", "heart"),
    (r"flowers?|roses?|garden|bloom\w*|spring|petals?|lily|daisy|sunflower", "petals"),
    (r"static|radio|signal|pulse|wires?|electric\w*|heartbeat", "ridgelines"),
    (r"wind\w*|smoke|hair|drift\w*|river|flow\w*|silk", "flow"),
)
_CAPITALS = re.compile(r"rock|metal|house|techno|edm|electro|hip|rap|trap|drill|synthwave|punk|pop|disco|funk|dance")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cover:
    """Both sizes as JPEG files, and what was done."""

    small_jpeg: bytes  # 512 x 512
    large_jpeg: bytes  # 1024 x 1024
    scene: str  # a key of SCENES
    text: str  # the title as written on it; "" when no letters could be drawn
    contrast: float  # WCAG contrast ratio of the letters


def cover(
    title: str,
    *,
    genre: str = "",
    palette: Sequence[str] = (),
    valence: float = 0.0,
    energy: float = 0.5,
    seed: int = 0,
    motif: str = "",
) -> Cover:
    """Draw a cover.

    ``palette``: hex colours of the style, any number. ``valence`` -1 sad .. 1 happy, ``energy`` 0..1.
    ``motif``: words of what the song is about, or the name of a scene. Raises ValueError for a bad colour.
    """
    name = choose_scene(title, genre=genre, motif=motif, seed=seed)
    canvas = Canvas(np.random.default_rng(child_seed(seed, "cover", name)))
    colours = make_palette(palette, valence=valence, energy=energy, rng=canvas.rng)
    SCENES[name](canvas, colours)
    canvas.vignette(0.16)
    canvas.grain(0.022 + 0.016 * min(1.0, max(0.0, energy)))
    capitals = _CAPITALS.search(genre.lower()) is not None
    written = write_title(canvas, colours, title, capitals=capitals, place=_ROOM.get(name, ""))
    image = canvas.image()
    return Cover(
        small_jpeg=_jpeg(image.resize((512, 512), Image.Resampling.LANCZOS), quality=88),
        large_jpeg=_jpeg(image, quality=88),
        scene=name,
        text=written.text,
        contrast=written.contrast,
    )


def cover_of(plan: Plan) -> Cover:
    """The cover of a plan. The latest are kept: an early look, the file and the MP3's tag want the same one."""
    return _drawn(plan.lyrics.title, plan.brief.genre, plan.brief.valence, plan.brief.energy, plan.cover)


@functools.lru_cache(maxsize=8)
def _drawn(title: str, genre: str, valence: float, energy: float, drawn: CoverPlan) -> Cover:
    return cover(
        title,
        genre=genre,
        palette=drawn.colours,
        valence=valence,
        energy=energy,
        seed=drawn.seed,
        motif=drawn.motif,
    )


def choose_scene(title: str, *, genre: str = "", motif: str = "", seed: int = 0) -> str:
    """The scene for a song: what its motif or title names, else what its genre likes, drawn from ``seed``."""
    if motif in SCENES:
        return motif
    random = draws(seed, "cover scene")
    liked = next((scenes for pattern, scenes in _GENRES if re.search(pattern, genre.lower())), tuple(SCENES))
    named = [scene for pattern, scene in _MOTIFS if re.search(rf"\b(?:{pattern})\b", f"{title} {motif}".lower())]
    if "snow" in named or liked == ("snow",):
        return "snow"
    if named and random.random() < 0.8:
        return named[int(random.random() * min(2, len(named)))]
    return liked[int(random.random() * len(liked))]


def _jpeg(image: Image.Image, *, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling=0, optimize=True, progressive=True)
    return out.getvalue()
