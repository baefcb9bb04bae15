"""Store: everything the rest of the product reads and the simple things it writes, one transaction per call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy.engine import Connection, Engine

from . import clips, deliveries, events, jobs, personas, pipe, tokens, workers
from .database import database_now, make_engine, now
from .records import Attempt, Delivery, Job, JobEvent, Persona, PipeChunk, StoredClip, Token, Worker


class Store:
    """The database of the product. Safe to share between threads; calls block, so async code uses a thread."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, database_url: str) -> Store:
        """Connect to ``sqlite:///file`` or ``postgresql://...``. Raises DatabaseSetupError."""
        return cls(make_engine(database_url))

    def upgrade(self) -> str:
        """Bring the tables up to date; gives the revision."""
        from . import migrate  # one process of many needs it, and it takes long to import

        return migrate.upgrade(self.engine)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction over the query modules: committed at the end, rolled back on an exception."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with."""
        with self.engine.connect() as connection:
            yield connection

    # Tokens

    def create_token(self, name: str, *, secret: str = "", expires_at: float | None = None) -> tuple[Token, str]:
        """A new token and its secret, which can never be read again; with ``secret`` that one, kept if known."""
        secret = secret or tokens.new_secret()
        with self.begin() as connection:
            return tokens.create(connection, name=name, secret=secret, expires_at=expires_at), secret

    def find_token(self, secret: str) -> Token | None:
        """The token with this secret; look at ``revoked_at`` and ``expires_at`` before trusting it."""
        with self.reading() as connection:
            return tokens.find(connection, secret)

    def tokens(self) -> list[Token]:
        """All tokens, oldest first."""
        with self.reading() as connection:
            return tokens.every(connection)

    def revoke_token(self, token_id: str) -> bool:
        """Make a token invalid; False when there was nothing to do."""
        with self.begin() as connection:
            return tokens.revoke(connection, token_id)

    # Jobs, events and clips

    def job(self, job_id: str) -> Job | None:
        """One job."""
        with self.reading() as connection:
            return jobs.get(connection, job_id)

    def jobs(self, job_ids: Sequence[str]) -> list[Job]:
        """Those that exist, in the order of the ids."""
        with self.reading() as connection:
            return jobs.get_many(connection, job_ids)

    def events_after(self, seen: Mapping[str, int]) -> list[JobEvent]:
        """Events above the last seen number of each job."""
        with self.reading() as connection:
            return events.after(connection, seen)

    def clip(self, clip_id: str) -> StoredClip | None:
        """One clip."""
        with self.reading() as connection:
            return clips.get(connection, clip_id)

    def clips_of(self, job_ids: Sequence[str]) -> dict[str, list[StoredClip]]:
        """The clips of each job, by take."""
        with self.reading() as connection:
            return clips.of_jobs(connection, job_ids)

    def clip_page(self, *, tenant: str, limit: int, offset: int) -> tuple[list[StoredClip], int]:
        """A tenant's finished clips, newest first, and how many there are in all."""
        with self.reading() as connection:
            return clips.page(connection, tenant=tenant, limit=limit, offset=offset)

    def delete_clip(self, clip_id: str, *, tenant: str) -> StoredClip | None:
        """Take a tenant's finished clip offline; gives it as it was, None when there is none."""
        with self.begin() as connection:
            return clips.delete(connection, clip_id, tenant=tenant, at=now())

    # Personas

    def add_persona(self, *, tenant: str, job_id: str, name: str, voice: str, **more: str) -> Persona:
        """Store a persona; ``more``: description, source_type, style, clip_id."""
        with self.begin() as connection:
            return personas.create(connection, tenant=tenant, job_id=job_id, name=name, voice=voice, **more)

    def persona(self, persona_id: str) -> Persona | None:
        """One persona."""
        with self.reading() as connection:
            return personas.get(connection, persona_id)

    def persona_page(self, *, tenant: str, limit: int, offset: int) -> tuple[list[Persona], int]:
        """A tenant's personas, newest first, and how many there are in all."""
        with self.reading() as connection:
            return personas.page(connection, tenant=tenant, limit=limit, offset=offset)

    def delete_persona(self, persona_id: str, *, tenant: str) -> bool:
        """Remove a tenant's persona; False when there is none."""
        with self.begin() as connection:
            return personas.delete(connection, persona_id, tenant=tenant)

    def pipe(self, clip_id: str, *, after: int = -1, limit: int = 64) -> list[PipeChunk]:
        """Preview chunks above ``after``."""
        with self.reading() as connection:
            return pipe.read(connection, clip_id, after=after, limit=limit)

    # Webhooks and workers

    def deliveries_of(self, job_id: str) -> list[Delivery]:
        """The webhooks of a job."""
        with self.reading() as connection:
            return deliveries.of_job(connection, job_id)

    def attempts_of(self, delivery_id: str) -> list[Attempt]:
        """The attempts of a webhook."""
        with self.reading() as connection:
            return deliveries.attempts(connection, delivery_id)

    def live_workers(self, *, within_s: float) -> list[Worker]:
        """Workers seen within the last ``within_s`` seconds."""
        with self.reading() as connection:
            return workers.seen_since(connection, database_now(connection) - within_s)
