"""The signature with which Slack proves that a request is its own. Pure.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import re
from collections.abc import Mapping

MAX_AGE_S = 300.0  # and as far into the future: clocks differ
TIMESTAMP = "X-Slack-Request-Timestamp"
SIGNATURE = "X-Slack-Signature"

_SECONDS = re.compile(r"[0-9]{1,12}")
_DIGEST = re.compile(r"v0=[0-9a-f]{64}")


def looks_signed(headers: Mapping[str, str], *, now_s: float) -> bool:
    """Whether the headers are of the form that they must have, and not stale."""
    seconds, signature = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
    if not _SECONDS.fullmatch(seconds) or not _DIGEST.fullmatch(signature):
        return False
    return abs(now_s - int(seconds)) <= MAX_AGE_S


def is_signed(secret: str, headers: Mapping[str, str], body: bytes, *, now_s: float) -> bool:
    """Whether Slack has signed this body within the last minutes; in constant time."""
    if not looks_signed(headers, now_s=now_s):
        return False
    signed = b"v0:" + headers[TIMESTAMP].encode() + b":" + body
    expected = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, headers[SIGNATURE])
