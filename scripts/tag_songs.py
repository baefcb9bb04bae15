"""Ask an independent auto-tagger what genre it hears in songs.

The tagger is musicnn (ISC License): two networks, of the Million Song Dataset and of MagnaTagATune, with 50 tags each.
Its package carries the weights, and asks for old versions of TensorFlow and NumPy that this script does not need. It
stays out of the project's own environment:

    python3 -m venv /tmp/tagger
    /tmp/tagger/bin/pip install --no-deps musicnn==0.1.0
    /tmp/tagger/bin/pip install "librosa>=0.11" "soundfile>=0.13"

(pip then says that musicnn's requirements are not met; that is meant so.) Pages of songs, and the tags of them:

    songwright evaluate --report out/report --out out/evaluation
    /tmp/tagger/bin/python scripts/tag_songs.py out/report --json out/tags.json --markdown out/tags.md

Sound files are taken too; ``--genres out/evaluation/evaluation.json``, or a file such as ``{"my-song": "rock"}``, says
what genre was asked for. Which tags count for which genre is written in ``tagging/genres.toml``. Tags are averaged over
the whole song. Same songs, same figures: nothing is drawn. Bars that are missed are figures; the exit code is 0.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import metadata, util
from pathlib import Path
from typing import Any

from tagging.songs import Song, genres_of, songs_in
from tagging.words import TABLE, TOP, Answer, Vocabulary, answer, in_top, together, vocabulary

WANTED_SHARE = 0.7
"""Songs whose genre is in the top five."""
TOGETHER = "both together"
TOOLS = ("musicnn", "librosa", "soundfile", "soxr", "numpy")


def counted(hits: Iterable[bool | None]) -> dict[str, Any]:
    """Songs that were judged, those that hit, and those without a tag."""
    found = list(hits)
    judged = [hit for hit in found if hit is not None]
    return {
        "songs": len(judged),
        "hit": sum(judged),
        "share": round(sum(judged) / len(judged), 4) if judged else None,
        "no_such_tag": len(found) - len(judged),
    }


def summary(rows: Sequence[Mapping[str, Any]], models: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Counts per model and of both together, over the songs whose genre is known."""
    known = [row for row in rows if row["genre"]]
    out: dict[str, dict[str, Any]] = {}
    for model in models:
        said = [row["models"][model] for row in known]
        out[model] = counted(one["hit"] for one in said)
        out[model] |= {"of_same": counted(one["hit"] if one["level"] == "same" else None for one in said)}
        out[model] |= {"hit_or_wider": sum(bool(one["hit"] or in_top(one["wider_rank"])) for one in said)}
    out[TOGETHER] = counted(row["hit"] for row in known)
    return out


def row_of(song: Song, seconds: float, answers: Mapping[str, Answer]) -> dict[str, Any]:
    """One song, ready for JSON."""
    models = {
        model: {
            "top": [list(pair) for pair in one.top],
            "level": one.level,
            "counting": list(one.counting),
            "rank": one.rank,
            "wider_rank": one.wider_rank,
            "hit": one.hit,
        }
        for model, one in answers.items()
    }
    return {
        "name": song.name,
        "genre": song.genre,
        "seconds": round(seconds, 2),
        "sha256": hashlib.sha256(song.sound).hexdigest(),
        "hit": together(answers.values()),
        "models": models,
    }


def verdict(row: Mapping[str, Any], model: str) -> str:
    """In words: whether the genre is in the top five, and at which rank its tag stands."""
    said = row["models"][model]
    if row["genre"] is None:
        return "not asked"
    if said["hit"] is None:
        return "no such tag"
    place = f"{' / '.join(said['counting'])}: rank {said['rank']}"
    wider = "; a wider genre is" if not said["hit"] and in_top(said["wider_rank"]) else ""
    return f"{'yes' if said['hit'] else 'no'} ({place}){wider}"


def table(rows: Sequence[Mapping[str, Any]], models: Sequence[str]) -> list[str]:
    """A Markdown table, one row per song."""
    heads = [head for model in models for head in (f"{model}: top {TOP}", "asked genre in it")]
    lines = ["| " + " | ".join(["song", "asked genre", *heads]) + " |", "|---" * (2 + len(heads)) + "|"]
    for row in rows:
        cells = [row["name"], row["genre"] or "not known"]
        for model in models:
            said = row["models"][model]
            cells += [", ".join(f"{tag} {value:.2f}" for tag, value in said["top"]), verdict(row, model)]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def counts(found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A Markdown table of the counts."""
    lines = [
        "| | songs judged | genre in the top five | share | bar | of these, genres with a tag of their own "
        "| with wider genres | no such tag |",
        "|---" * 8 + "|",
    ]
    for name, one in found.items():
        own = f"{one['of_same']['hit']} of {one['of_same']['songs']}" if "of_same" in one else ""
        wide = f"{one['hit_or_wider']} of {one['songs']}" if "hit_or_wider" in one else ""
        share = "" if one["share"] is None else f"{one['share']:.0%}"
        cells = (name, one["songs"], one["hit"], share, f">= {WANTED_SHARE:.0%}", own, wide, one["no_such_tag"])
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return lines


def markdown(found: Mapping[str, Any], words: Vocabulary) -> str:
    """The page for the scoreboard."""
    models = list(words.tags)
    tools = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    untagged = [genre for genre in words.same if all(words.closest(genre, model)[0] == "none" for model in models)]
    return "\n".join(
        [
            "# What an auto-tagger hears",
            "",
            f"{len(found['songs'])} songs, tagged by `scripts/tag_songs.py` with {tools}. Tags are averaged over the "
            f"whole song; a genre counts as heard when one of its tags is among the model's {TOP} likeliest. Its tags "
            "are those that name it, or those of wider genres where the model has none "
            "(`scripts/tagging/genres.toml`). "
            "Together: the model with the closer tag decides; of two that are equally close one is enough.",
            "",
            *counts(found["summary"]),
            "",
            f"Genres for which neither model has a tag: {', '.join(untagged)}.",
            "",
            *table(found["songs"], models),
            "",
        ]
    )


def weights(words: Vocabulary) -> dict[str, Path]:
    """Folder of each model's weights. Raises ValueError when musicnn is missing or has other tags."""
    spec = util.find_spec("musicnn")
    if spec is None or not spec.submodule_search_locations:
        raise ValueError("musicnn is not installed here; the head of scripts/tag_songs.py says how")
    folder = Path(spec.submodule_search_locations[0])
    from musicnn import configuration  # pyright: ignore[reportMissingImports]

    for model, tags in words.tags.items():
        if list(tags) != getattr(configuration, model.partition("_")[0] + "_LABELS"):
            raise ValueError(f"{model}: this musicnn has other tags than {TABLE.name}")
    return {model: folder / model for model in words.tags}


def tag(songs: Iterable[Song], words: Vocabulary) -> Iterator[dict[str, Any]]:
    """Listen to each song with each model."""
    import librosa
    from tagging.network import SAMPLE_RATE_HZ, Network, patches

    networks = {model: Network(folder) for model, folder in weights(words).items()}
    for song in songs:
        if song.genre is not None and song.genre not in words.same:
            raise ValueError(f"{song.name}: {TABLE.name} does not know the genre {song.genre!r}")
        sound, _ = librosa.load(io.BytesIO(song.sound), sr=SAMPLE_RATE_HZ)
        batch = patches(sound)
        answers = {
            model: answer(network.mean_tags(batch), song.genre, model, words) for model, network in networks.items()
        }
        yield row_of(song, len(sound) / SAMPLE_RATE_HZ, answers)


def listen(songs: Iterable[Song], words: Vocabulary) -> dict[str, Any]:
    """Tag all songs, printing each; gives the figures."""
    rows: list[dict[str, Any]] = []
    for row in tag(songs, words):
        rows.append(row)
        print(f"{row['name']} ({row['genre'] or 'genre not known'})", flush=True)
        for model, said in row["models"].items():
            print(f"  {model}: {', '.join(pair[0] for pair in said['top'])} -> {verdict(row, model)}", flush=True)
    versions = {name: metadata.version(name) for name in TOOLS}
    return {"versions": versions, "top": TOP, "summary": summary(rows, words.tags), "songs": rows}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Ask an independent auto-tagger what genre it hears in songs.")
    parser.add_argument("songs", nargs="+", type=Path, help="report pages, folders with them, or sound files")
    parser.add_argument("--genres", type=Path, help="JSON: an evaluation, or genre by name")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--markdown", type=Path, help="write the tables here")
    asked = parser.parse_args()
    words = vocabulary()
    try:
        genres = genres_of(json.loads(asked.genres.read_text(encoding="utf-8"))) if asked.genres else {}
        found = listen(songs_in(asked.songs, genres), words)
    except (OSError, ValueError) as error:
        parser.exit(2, f"tag_songs: {error}\n")
    print("\n".join(counts(found["summary"])))
    if asked.json:
        write(asked.json, json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    if asked.markdown:
        write(asked.markdown, markdown(found, words))


if __name__ == "__main__":
    main()
