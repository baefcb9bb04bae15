"""What the routes work with, made by ``app`` and kept in the application's state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request

from songwright.assets.storage import Storage
from songwright.domain.action import Action
from songwright.jobs.facade import Jobs
from songwright.settings import Settings
from songwright.store.facade import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """The server's parts."""

    settings: Settings
    store: Store
    jobs: Jobs
    storage: Storage
    check: Callable[[Action], None]  # raises BadRequest for what the engine could never do


def services_of(request: Request) -> Services:
    """The services of the application that serves ``request``."""
    services: Services = request.app.state.services
    return services


def base_of(request: Request) -> str:
    """Scheme and host that links in the answer begin with."""
    public = services_of(request).settings.public_url
    return (public or str(request.base_url)).rstrip("/")
