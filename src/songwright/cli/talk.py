"""Talking to a server from a command, with errors a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import httpx
import typer
from rich.console import Console

from songwright.client import ApiError, Client

errors = Console(stderr=True)


def fail(message: str) -> NoReturn:
    """Say what went wrong and end with exit code 1."""
    errors.print(f"[bold red]error:[/] {message}", highlight=False)
    raise typer.Exit(1)


@contextmanager
def talking_to(url: str, token: str) -> Iterator[Client]:
    """A client; its errors become one line."""
    if not token:
        fail("no token: give --token or set SONGWRIGHT_API_TOKEN ('songwright token create' makes one)")
    try:
        with Client(url, token) as client:
            yield client
    except ApiError as error:
        fail(f"the server answered: {error}")
    except httpx.ConnectError:
        fail(f"no server answers at {url}; start one with 'songwright serve'")
    except httpx.HTTPError as error:
        fail(f"the connection to {url} failed: {error}")
