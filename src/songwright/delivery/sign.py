"""Headers of Standard Webhooks (standardwebhooks.com, specification 1.0): id, timestamp, HMAC-SHA256 signature."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """The key a secret stands for: the Base64 after ``whsec_``, or the text itself.

    >>> key_of("whsec_c2VjcmV0"), key_of("plain")
    (b'secret', b'plain')
    """
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret[len(PREFIX) :], validate=True)
        except binascii.Error as error:
            raise ValueError("a webhook secret that starts with whsec_ goes on in Base64") from error
    return secret.encode()


def headers(*, webhook_id: str, at_s: int, payload: bytes, secret: str) -> dict[str, str]:
    """The three headers; without a secret there is no signature. The id is the same for every attempt."""
    found = {"webhook-id": webhook_id, "webhook-timestamp": str(at_s)}
    if secret:
        signed = f"{webhook_id}.{at_s}.".encode() + payload
        digest = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
        found["webhook-signature"] = "v1," + base64.b64encode(digest).decode()
    return found
