"""What a refusal means."""

import pytest

from sources.refusal import Refusal, refusal_of


@pytest.mark.parametrize(
    ("status", "headers", "opening", "meaning"),
    [
        (200, {}, b"", None),
        (404, {}, b"rate limit", None),
        (429, {}, b"", Refusal.RATE_LIMIT),
        (429, {"cf-mitigated": "challenge"}, b"", Refusal.RATE_LIMIT),
        (503, {}, b"", Refusal.UNAVAILABLE),
        (503, {"retry-after": "60"}, b"", Refusal.UNAVAILABLE),
        (503, {}, b"<title>Just a moment...</title>", Refusal.CHALLENGE),
        (403, {"cf-mitigated": "challenge"}, b"", Refusal.CHALLENGE),
        (403, {}, b'<script src="/cdn-cgi/challenge-platform/h/b/orchestrate"></script>', Refusal.CHALLENGE),
        (403, {}, b"<script src='/_Incapsula_Resource?x=1'>", Refusal.CHALLENGE),
        (403, {}, b'<div class="g-recaptcha">', Refusal.CHALLENGE),
        (403, {"retry-after": "60"}, b"", Refusal.RATE_LIMIT),
        (403, {"x-ratelimit-remaining": "0"}, b"", Refusal.RATE_LIMIT),
        (403, {"x-ratelimit-remaining": "17"}, b"", Refusal.FORBIDDEN),
        (403, {}, b"Too Many Requests", Refusal.RATE_LIMIT),
        (403, {}, "ممنوع".encode("windows-1256"), Refusal.FORBIDDEN),
        (403, {}, b"", Refusal.FORBIDDEN),
    ],
)
def test_meaning(status: int, headers: dict[str, str], opening: bytes, meaning: Refusal | None) -> None:
    assert refusal_of(status, headers, opening) is meaning
