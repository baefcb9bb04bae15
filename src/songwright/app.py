"""The composition root: settings -> store -> jobs -> http. No logic lives here."""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from songwright import __version__
from songwright.assets.storage import Storage
from songwright.engines.registry import engine as open_engine
from songwright.jobs.settings import JobSettings
from songwright.settings import Settings
from songwright.store.facade import Store
from songwright.store.records import Job, StoredClip


def read_settings() -> Settings:
    """The settings of this process's environment."""
    return Settings()  # pyright: ignore[reportCallIssue]


def job_settings(settings: Settings) -> JobSettings:
    """What the layers below HTTP need of the settings."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return JobSettings(
        database_url=settings.resolved_database_url,
        data_dir=str(settings.data_dir.resolve()),
        storage_url=settings.resolved_storage_url,
        workshop="songwright.workshop:open_workshop",
        toolshop="songwright.workshop:open_toolshop",
        storage="songwright.app:open_storage_at",
        payload="songwright.app:callback_body",
        app_version=__version__,
        workers=settings.workers,
        max_active_per_token=settings.max_queued_per_token,
        max_running_per_token=settings.max_running_per_token,
        attach_window_s=settings.duplicate_window_s,
        max_wall_s=settings.job_timeout_s,
        allow_private_addresses=settings.private_networks,
        webhook_secret=settings.webhook_secret or _kept_secret(settings.data_dir / "webhook.key"),
    )


def _kept_secret(path: Path) -> str:
    """A secret made once and kept in a file only its owner can read."""
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text("whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())
        try:
            os.link(fresh, path)
        except FileExistsError:  # another process was first; its secret counts
            return path.read_text().strip()
        finally:
            fresh.unlink()
    return path.read_text().strip()


def open_store(settings: Settings | None = None) -> Store:
    """The database, its tables up to date."""
    settings = settings or read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = Store.open(settings.resolved_database_url)
    store.upgrade()
    return store


def open_storage_at(url: str) -> Storage:
    """Storage at a URL or folder."""
    return Storage.open(url)


def open_storage(settings: Settings) -> Storage:
    """The storage the settings name."""
    return open_storage_at(settings.resolved_storage_url)


def callback_body(job: Job, clips: Sequence[StoredClip]) -> bytes:
    """What a callback carries: exactly what a synchronous call would have answered."""
    from songwright.http.envelope import outcome

    return json.dumps(outcome(job, clips), ensure_ascii=False).encode()


def first_token(store: Store, settings: Settings) -> str | None:
    """Make sure somebody can call: keep the configured token, or make one when there is none.

    Returns the secret of a token that was made now, None otherwise.
    """
    if settings.api_token:
        store.create_token("configured", secret=settings.api_token)
        return None
    if any(token.revoked_at is None for token in store.tokens()):
        return None
    return store.create_token("first")[1]


def services(settings: Settings) -> Any:
    """Everything the routes work with, opened."""
    from songwright.http.services import Services
    from songwright.jobs.facade import Jobs

    store = Store.open(settings.resolved_database_url)
    planner: Any = open_engine(settings.engine, _engine_settings(settings))
    return Services(
        settings=settings,
        store=store,
        jobs=Jobs(store, job_settings(settings)),
        storage=open_storage(settings),
        check=planner.check,
        policy=open_policy(settings),
        words=planner,
    )


def open_policy(settings: Settings) -> Any:
    """The operator's moderation policy."""
    from songwright.policy import Policy

    return Policy.from_settings(settings)


def _engine_settings(settings: Settings) -> Any:
    from songwright.workshop import engine_settings

    return engine_settings(settings)


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document, made without a database."""
    from songwright.http.app import create_app

    return create_app(None).openapi()


def run_api(*, host: str | None = None, port: int | None = None) -> int:
    """Serve HTTP in this process until told to stop. Exit code."""
    import uvicorn

    from songwright.http.app import create_app
    from songwright.jobs.lifeline import follow_parent
    from songwright.logs import configure

    follow_parent()
    settings = read_settings()
    configure(settings.log_level)
    uvicorn.run(
        create_app(services(settings)),
        host=host or settings.host,
        port=settings.port if port is None else port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
    )
    return 0


def greeting(settings: Settings, *, host: str, port: int, made_token: str | None) -> str:
    """What ``serve`` prints: address, token, a line to try."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - shown, not bound
    url = f"http://{shown}:{port}"
    token = made_token or (settings.api_token and "$SONGWRIGHT_API_TOKEN") or "<your token>"
    lines = [f"Songwright {__version__} on {url}   (documentation: {url}/docs)"]
    if made_token:
        lines.append(f"token, shown this once: {made_token}")
    lines += [
        "try:",
        f'  curl -X POST {url}/suno/audios -H "authorization: Bearer {token}" \\',
        "    -H 'content-type: application/json' -d '{\"prompt\": \"a song for Christmas\"}'",
    ]
    return "\n".join(lines)


def run_server(*, host: str | None, port: int | None) -> int:
    """Run API and workers until told to stop. Exit code."""
    settings = read_settings()
    host, port = host or settings.host, settings.port if port is None else port
    try:
        open_policy(settings)
    except ValueError as error:
        return _refuse(str(error))
    try:
        port = _claim_port(host, port)
    except OSError as error:
        return _refuse(f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port")

    def greet() -> None:
        store = Store.open(settings.resolved_database_url)
        made = first_token(store, settings)
        store.close()
        print(greeting(settings, host=host, port=port, made_token=made), flush=True)

    api = [sys.executable, "-m", "songwright", "api", "--host", host, "--port", str(port)]
    return _supervise(settings, api=api, on_started=greet)


def run_workers() -> int:
    """Run workers alone until told to stop. Exit code."""
    settings = read_settings()
    return _supervise(settings, api=[], on_started=lambda: print("workers started", flush=True))


def _supervise(settings: Settings, *, api: list[str], on_started: Callable[[], None]) -> int:
    from songwright.jobs.supervisor import AlreadyRunning, Supervisor
    from songwright.logs import configure
    from songwright.store.database import DatabaseSetupError

    configure(settings.log_level)
    try:
        return Supervisor(settings=job_settings(settings), api_command=api, on_started=on_started).run()
    except (AlreadyRunning, DatabaseSetupError, OSError) as error:
        return _refuse(str(error))


def _claim_port(host: str, port: int) -> int:
    """The port, or a free one for 0. Raises OSError when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return int(probe.getsockname()[1])


def _refuse(message: str) -> int:
    print(f"error: {message}", file=sys.stderr, flush=True)
    return 1
