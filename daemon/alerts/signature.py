"""Signatures of webhooks, as the Standard Webhooks specification has them (symmetric, v1)."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from daemon.config.alerting import secret_bytes


def signed_headers(secrets: Iterable[str], alert_id: str, seconds: int, body: bytes) -> dict[str, str]:
    """Return the headers of a post made `seconds` after 1970, signed with each of the secrets.

    The id is the alert's in every attempt; the time is the attempt's, so that a receiver can refuse old copies.
    """
    signed = f"{alert_id}.{seconds}.".encode() + body
    marks = (base64.b64encode(hmac.digest(secret_bytes(secret), signed, hashlib.sha256)) for secret in secrets)
    return {
        "webhook-id": alert_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{mark.decode()}" for mark in marks),
    }
