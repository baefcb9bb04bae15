"""Every command. Heavy imports happen inside the command that needs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from .talk import fail, talking_to

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Songs on demand, on your own machine.")
token_app = typer.Typer(no_args_is_help=True, help="Tokens that callers of the API need.")
db_app = typer.Typer(no_args_is_help=True, help="The database.")
policy_app = typer.Typer(no_args_is_help=True, help="What the operator refuses.")
app.add_typer(policy_app, name="policy")
app.add_typer(token_app, name="token")
app.add_typer(db_app, name="db")
out = Console()

Url = Annotated[str, typer.Option("--url", envvar="SONGWRIGHT_URL", help="Address of the server.")]
Secret = Annotated[str, typer.Option("--token", envvar="SONGWRIGHT_API_TOKEN", help="Token of the server.")]
OutDir = Annotated[Path, typer.Option("--out", help="Folder for the files.")]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Run everything: API and workers, on one machine."""
    from songwright.app import run_server

    raise typer.Exit(run_server(host=host, port=port))


@app.command(hidden=True)
def api(host: str | None = None, port: int | None = None) -> None:
    """Run the API alone, as 'serve' does in a process of its own."""
    from songwright.app import run_api

    raise typer.Exit(run_api(host=host, port=port))


@app.command()
def worker() -> None:
    """Run workers only, for a server whose database and storage they share."""
    from songwright.app import run_workers

    raise typer.Exit(run_workers())


@app.command()
def song(
    prompt: Annotated[str, typer.Option(help="What the song is about.")] = "a song for Christmas",
    out_dir: OutDir = Path("out"),
) -> None:
    """Start a server on a free port, make two songs through it, save them, stop the server."""
    from .song import make_song

    raise typer.Exit(make_song(prompt, out_dir=out_dir, console=out))


@app.command()
def generate(
    prompt: Annotated[str, typer.Argument(help="A sentence about the song, or its lyrics with --lyrics.")] = "",
    style: Annotated[str, typer.Option(help="Genre, mood, instruments.")] = "",
    lyrics: Annotated[Path | None, typer.Option(help="File with the words to sing.")] = None,
    title: Annotated[str, typer.Option(help="Title.")] = "",
    instrumental: Annotated[bool, typer.Option(help="No voice.")] = False,
    seed: Annotated[int | None, typer.Option(help="Same request and seed, same bytes.")] = None,
    model: Annotated[str, typer.Option(help="Public model name.")] = "chirp-v5",
    url: Url = "http://127.0.0.1:8000",
    token: Secret = "",
    out_dir: OutDir = Path("out"),
) -> None:
    """Make songs on a running server and save them."""
    from .song import request_song

    custom = bool(style or lyrics or title)
    fields: dict[str, Any] = {"model": model, "instrumental": instrumental}
    if custom:
        fields |= {"custom": True, "style": style, "title": title, "lyric_prompt": prompt}
        fields["lyric"] = lyrics.read_text(encoding="utf-8") if lyrics else ""
    else:
        fields["prompt"] = prompt
    if seed is not None:
        fields["seed"] = seed
    with talking_to(url, token) as client:
        request_song(client, fields, out_dir=out_dir, console=out)


@app.command()
def tasks(
    task_id: Annotated[str, typer.Argument(help="Task id; without it the latest tasks are listed.")] = "",
    cancel: Annotated[bool, typer.Option("--cancel", help="Ask for the task's end.")] = False,
    url: Url = "http://127.0.0.1:8000",
    token: Secret = "",
) -> None:
    """Show tasks of a running server, or cancel one."""
    with talking_to(url, token) as client:
        if task_id:
            record = client.cancel(task_id) if cancel else client.task(task_id)
            if not record:
                fail(f"there is no task {task_id} for this token")
            out.print_json(json.dumps(record))
            return
        table = Table("id", "status", "prompt or title")
        for record in client.tasks()["items"]:
            request = record["request"]
            text = str(request.get("prompt") or request.get("title") or request.get("lyric") or "")
            table.add_row(record["id"], record["status"], text[:60])
        out.print(table)


@token_app.command("create")
def token_create(name: Annotated[str, typer.Argument(help="Whose token it is.")] = "default") -> None:
    """Make a token and print it, once."""
    from songwright.app import open_store

    with open_store() as store:
        _, secret = store.create_token(name)
    out.print(secret, highlight=False)


@token_app.command("list")
def token_list() -> None:
    """List tokens; their secrets are not stored and cannot be shown."""
    from songwright.app import open_store

    table = Table("id", "name", "revoked")
    with open_store() as store:
        for token in store.tokens():
            table.add_row(token.id, token.name, "yes" if token.revoked_at else "")
    out.print(table)


@token_app.command("revoke")
def token_revoke(token_id: Annotated[str, typer.Argument(help="Id as listed.")]) -> None:
    """Make a token invalid."""
    from songwright.app import open_store

    with open_store() as store:
        revoked = store.revoke_token(token_id)
    if not revoked:
        fail(f"there is no valid token {token_id}; 'songwright token list' shows them")


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Bring the database's tables up to date."""
    from songwright.app import open_store

    with open_store() as store:
        out.print(f"database at revision {store.upgrade()}")


@app.command()
def doctor() -> None:
    """Check what this machine has and say what to do about what is missing."""
    from .doctor import examine

    raise typer.Exit(examine(out))


@policy_app.callback()
def policy() -> None:
    """What the operator refuses."""


@policy_app.command("add-audio")
def policy_add_audio(
    file: Annotated[Path, typer.Argument(help="A recording: WAV, FLAC, MP3 or Ogg.")],
    name: Annotated[str, typer.Argument(help="Name of the recording.")],
) -> None:
    """Register a recording that uploads may not match."""
    import numpy as np
    import soundfile

    from songwright.policy import Policy
    from songwright.settings import Settings

    try:
        samples, sample_rate_hz = soundfile.read(file, dtype="float32", always_2d=True)
        settings = Settings()  # pyright: ignore[reportCallIssue]
        sound = np.asarray(samples, dtype=np.float32)
        path = Policy.from_settings(settings).register(sound, name, sample_rate_hz=sample_rate_hz)
    except (ValueError, OSError, soundfile.SoundFileError) as error:
        fail(str(error))
    out.print(f"registered: {path.name}")


@app.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from songwright.app import openapi_document

    typer.echo(json.dumps(openapi_document(), indent=2))


@app.command()
def bench(
    quick: Annotated[bool, typer.Option(help="One take of one song instead of the whole table.")] = False,
    actions: Annotated[bool, typer.Option("--actions", help="Time every action instead.")] = False,
    source_s: Annotated[int, typer.Option(help="Length of the actions' source, seconds.", min=20, max=360)] = 120,
    table: Annotated[Path | None, typer.Option(help="Document to write the actions' table into.")] = None,
) -> None:
    """Measure speed and memory; JSON."""
    from songwright.evaluation.bench import run_actions, run_bench
    from songwright.evaluation.bench_actions import write_table

    if actions:
        told = run_actions(source_s=source_s, tell=lambda line: typer.echo(line, err=True))
        if table is not None:
            write_table(table, told)
        typer.echo(json.dumps(told, indent=2))
        return
    typer.echo(json.dumps(run_bench(quick=quick), indent=2))


@app.command()
def evaluate(
    what: Annotated[
        list[str] | None,
        typer.Argument(help="Plan or sound files, or clip ids; default: the prompt list."),
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only this prompt of the list; may be repeated.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Only the list's three quick prompts.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Add the figures to docs/scoreboard/.")] = False,
    report: Annotated[Path | None, typer.Option(help="Folder for one page with pictures per song.")] = None,
    analysis: Annotated[bool, typer.Option("--analysis", help="Measure how well recordings are heard.")] = False,
    separation: Annotated[bool, typer.Option("--separation", help="Measure how voices come out of songs.")] = False,
    plans: Annotated[int, typer.Option(min=0, help="Measure so many songs of all genres on paper.")] = 0,
    out_dir: OutDir = Path("out/evaluation"),
) -> None:
    """Measure songs by independent tools (needs the development packages)."""
    if analysis:
        from songwright.evaluation.hearing.report import run_analysis

        raise typer.Exit(run_analysis(what or [], out_dir=out_dir, console=out))
    if plans:
        from songwright.evaluation.planned import run_plans

        raise typer.Exit(run_plans(plans, out_dir=out_dir, console=out))
    if separation:
        if what:
            fail("--separation makes its own songs: leave out plans and clips")
        from songwright.evaluation.separation import run_separation

        raise typer.Exit(run_separation(limit=8, out_dir=out_dir, console=out))
    from songwright.evaluation.evaluate import run_evaluation

    try:
        code = run_evaluation(
            what or [], only=only or [], quick=quick, write=write, report=report, out_dir=out_dir, console=out
        )
    except ValueError as error:
        fail(str(error))
    raise typer.Exit(code)


@app.command("evaluate-singer")
def evaluate_singer(
    voices: Annotated[str, typer.Option(help="Ids with commas between; default: the whole roster.")] = "",
    lines: Annotated[int, typer.Option(help="At most so many lines per language.")] = 24,
    seeds: Annotated[int, typer.Option(help="Tunes per line.")] = 1,
    languages: Annotated[str, typer.Option(help="Codes with commas between.")] = "en,es,it,pt,fr,zh,ja",
    out_dir: OutDir = Path("out/evaluation"),
) -> None:
    """Measure the voices, dry, on own lines (needs the development packages)."""
    from songwright.evaluation.singer import run_singer_evaluation

    names, codes = ([item.strip() for item in text.split(",") if item.strip()] for text in (voices, languages))
    try:
        run_singer_evaluation(names, lines=lines, seeds=seeds, languages=codes, out_dir=out_dir, console=out)
    except KeyError as error:
        fail(str(error.args[0]))
