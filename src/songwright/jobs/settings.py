"""The settings of jobs, workers and webhooks: one frozen value, handed to child processes as JSON."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENVIRONMENT_NAME = "SONGWRIGHT_JOB_SETTINGS"
"""The environment variable that carries :meth:`JobSettings.to_json` to child processes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class JobSettings:
    """Everything below ``http`` that can be set. ``app`` fills it from the product's settings."""

    database_url: str  # "sqlite:////path/songwright.db" or "postgresql://..."
    data_dir: str  # scratch files, lock file and host name file
    storage_url: str  # given to the storage function
    workshop: str  # "module:function", see ports.py
    storage: str  # "module:function"
    payload: str  # "module:function"
    toolshop: str = ""  # "module:function": the workshop of light tools, started when first needed; "" = ``workshop``
    app_version: str = "0"  # shown in the table of workers
    workers: int = 1  # worker processes started by `serve`
    slots: int = 1  # songs one worker renders at the same time; one compute child each
    max_active_per_token: int = 100  # queued and running jobs of one token; more is 429
    max_running_per_token: int = 0  # of these, how many may run at once; 0 = no limit
    max_queued: int = 200  # queued jobs of all tokens; more is 429
    attach_window_s: float = 900.0  # an equal request this long after a still unfinished one attaches to it
    max_wall_s: float = 1800.0  # a job that has run for longer fails
    max_deaths: int = 3  # deaths of the compute child or worker within one step until the job fails
    stop_grace_s: float = 3.0  # how long a cancelled render may take to stop before its process is killed
    drain_s: float = 20.0  # how long a stopping worker lets running songs finish
    heartbeat_s: float = 5.0  # a worker silent for three of these is dead
    reconcile_s: float = 15.0
    queue_poll_s: float = 0.25
    hub_poll_s: float = 0.15
    pipe_keep_s: float = 1800.0  # live preview chunks are kept this long after the end of a job
    allow_private_addresses: tuple[str, ...] = ()  # CIDR ranges or host names that webhooks may reach
    webhook_secret: str = ""  # Standard Webhooks secret, "whsec_<base64>" or any text; "" = unsigned
    webhook_timeout_s: float = 15.0
    webhook_delays_s: tuple[float, ...] = (5.0, 30.0, 120.0, 600.0, 3600.0, 21600.0, 86400.0, 172800.0)

    def to_json(self) -> str:
        """Text for :meth:`from_json`."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> JobSettings:
        """Read what :meth:`to_json` wrote. Raises TypeError on unknown or missing names."""
        raw: dict[str, Any] = json.loads(text)
        for name in ("allow_private_addresses", "webhook_delays_s"):
            if name in raw:
                raw[name] = tuple(raw[name])
        return cls(**raw)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> JobSettings:
        """What the parent process handed down. Raises RuntimeError when it did not."""
        text = (os.environ if environment is None else environment).get(ENVIRONMENT_NAME)
        if not text:
            raise RuntimeError(f"{ENVIRONMENT_NAME} is not set: start workers with `songwright serve` or `worker`")
        return cls.from_json(text)

    @property
    def scratch_dir(self) -> Path:
        """Where compute children leave files for their worker."""
        return Path(self.data_dir) / "scratch"
