"""The unguessable part of a callback address.

The provider signs nothing, so the address itself proves that a callback is meant for a job: its
last part is an HMAC of the job id that nobody else can compute.
"""

import base64
import hashlib
import hmac

_TAG_BYTES = 20  # 160 bits; 32 characters of base32

PATH = "/webhook/midjourney/{job_id}/{tag}"


class CallbackTags:
    """Makes and checks the tags of callback addresses."""

    def __init__(self, secret: str) -> None:
        self._key = secret.encode()

    def tag(self, job_id: str) -> str:
        """Give the tag of a job."""
        digest = hmac.digest(self._key, job_id.encode(), hashlib.sha256)
        return base64.b32encode(digest[:_TAG_BYTES]).decode().lower()

    def is_right(self, job_id: str, tag: str) -> bool:
        """Whether `tag` belongs to the job, in constant time."""
        return hmac.compare_digest(self.tag(job_id).encode(), tag.encode(errors="replace"))

    def hook_url(self, public_url: str, job_id: str) -> str:
        """Give the address that the provider calls for this job."""
        return public_url + PATH.format(job_id=job_id, tag=self.tag(job_id))
