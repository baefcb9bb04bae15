"""One attempt: a POST to a checked address, over at most a given time, without following redirects."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from .guard import AddressRefused, Guard, Target


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of an attempt."""

    http_status: int | None  # None: there was no answer
    error: str  # "" when delivered
    duration_s: float

    @property
    def delivered(self) -> bool:
        """The receiver said 2xx."""
        return self.http_status is not None and 200 <= self.http_status < 300

    @property
    def gone(self) -> bool:
        """The receiver wants no more: 410."""
        return self.http_status == 410


def send(guard: Guard, url: str, payload: bytes, headers: Mapping[str, str], *, timeout_s: float) -> Answer:
    """POST ``payload`` to ``url``. Never raises for anything the receiver or the network does."""
    started = time.monotonic()
    status, error = asyncio.run(_attempt(guard, url, payload, headers, timeout_s))
    return Answer(http_status=status, error=error, duration_s=time.monotonic() - started)


async def _attempt(
    guard: Guard, url: str, payload: bytes, headers: Mapping[str, str], timeout_s: float
) -> tuple[int | None, str]:
    import httpx  # half a second of every worker's start, needed only here

    try:
        async with asyncio.timeout(timeout_s):
            target = await asyncio.to_thread(guard.check, url)
            status = await _post(target, payload, headers, timeout_s)
    except AddressRefused as refused:
        return None, f"address refused: {refused}"
    except TimeoutError:
        return None, f"no answer within {timeout_s:g} s"
    except (httpx.HTTPError, OSError, ValueError) as error:
        return None, f"{type(error).__name__}: {error}"[:500]
    if 200 <= status < 300:
        return status, ""
    return status, "redirects are not followed" if 300 <= status < 400 else f"the receiver answered {status}"


async def _post(target: Target, payload: bytes, headers: Mapping[str, str], timeout_s: float) -> int:
    """The connection goes to the checked address; name, certificate and Host stay those of the URL."""
    import httpx

    url = httpx.URL(target.url)
    sent = {**headers, "content-type": "application/json", "host": url.netloc.decode(), "user-agent": "Songwright"}
    transport = httpx.AsyncHTTPTransport(retries=0, trust_env=False)
    async with (
        httpx.AsyncClient(transport=transport, timeout=timeout_s, follow_redirects=False, trust_env=False) as client,
        client.stream(
            "POST",
            url.copy_with(host=target.address),
            content=payload,
            headers=sent,
            extensions={"sni_hostname": target.host},
        ) as response,
    ):
        return response.status_code  # the answer's body is not read
