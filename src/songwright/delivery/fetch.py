"""Fetching a file from an address that a caller named: guarded, pinned, within a size and a time."""

from __future__ import annotations

import asyncio
from pathlib import Path

from songwright.errors import BadRequest

from .guard import AddressRefused, Guard, Target

MOST_REDIRECTS = 3
_CHUNK = 1 << 16


def fetch(guard: Guard, url: str, to: Path, *, max_bytes: int, timeout_s: float) -> int:
    """Write what ``url`` holds to ``to``; gives its size in bytes. Every redirect is checked like the address itself.

    Raises BadRequest when the address may not be called, does not answer with a file, or holds too much.
    """
    return asyncio.run(_fetch(guard, url, to, max_bytes, timeout_s))


async def _fetch(guard: Guard, url: str, to: Path, max_bytes: int, timeout_s: float) -> int:
    import httpx

    try:
        async with asyncio.timeout(timeout_s):
            for _ in range(MOST_REDIRECTS + 1):
                target = await asyncio.to_thread(guard.check, url)
                size, onward = await _get(target, to, max_bytes, timeout_s)
                if onward is None:
                    return size
                url = onward
            raise BadRequest(f"audio_url leads through more than {MOST_REDIRECTS} redirects")
    except AddressRefused as refused:
        raise BadRequest(f"audio_url is not allowed: {refused}") from refused
    except TimeoutError as error:
        raise BadRequest(f"audio_url did not answer within {timeout_s:g} s") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise BadRequest(f"audio_url cannot be fetched: {type(error).__name__}") from error


async def _get(target: Target, to: Path, max_bytes: int, timeout_s: float) -> tuple[int, str | None]:
    """One request: the size written, or where it leads."""
    import httpx

    url = httpx.URL(target.url)
    headers = {"host": url.netloc.decode(), "user-agent": "Songwright", "accept": "audio/*, */*;q=0.5"}
    transport = httpx.AsyncHTTPTransport(retries=1, trust_env=False)
    async with (
        httpx.AsyncClient(transport=transport, timeout=timeout_s, follow_redirects=False, trust_env=False) as client,
        client.stream(
            "GET",
            url.copy_with(host=target.address),
            headers=headers,
            extensions={"sni_hostname": target.host},
        ) as response,
    ):
        if response.has_redirect_location:
            return 0, str(url.join(response.headers["location"]))
        if response.status_code != 200:
            raise BadRequest(f"audio_url cannot be fetched: the server answered {response.status_code}")
        size = 0
        with to.open("wb") as file:
            async for chunk in response.aiter_bytes(_CHUNK):
                size += len(chunk)
                if size > max_bytes:
                    raise BadRequest(f"audio_url holds more than {max_bytes // 1_000_000} MB")
                file.write(chunk)
        return size, None
