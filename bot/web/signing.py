"""The unguessable part of our addresses.

The provider signs nothing, so the address itself proves that a callback is meant for a job, and
that a client was given the link of an image: a part of it is an HMAC of the id that nobody else can
compute.
"""

import hashlib
import hmac
import re

_TAG_BYTES = 20  # 160 bits

PATH = "/webhook/midjourney/{job_id}/{tag}"
REFERENCE_PATH = "/reference/{reference_id}/{tag}.png"
SELF_CALL_PATH = "/webhook/self-call/{nonce}"

_REFERENCE_LINK = re.compile(
    r"https?://[^/?#\s]+(?:/[^?#\s]*)?/reference/(?P<id>[a-z2-7]{20})/(?P<tag>[0-9a-f]{40})\.png"
)


class _Tags:
    """Makes and checks tags under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def tag(self, of_id: str) -> str:
        """Return the tag of an id."""
        digest = hmac.digest(self._key, of_id.encode(errors="replace"), hashlib.sha256)
        return digest[:_TAG_BYTES].hex()

    def is_right(self, of_id: str, tag: str) -> bool:
        """Whether `tag` belongs to the id, in constant time."""
        return hmac.compare_digest(self.tag(of_id).encode(), tag.encode(errors="replace"))


class CallbackTags(_Tags):
    """The tags of callback addresses, by job id."""

    def __init__(self, secret: str) -> None:
        super().__init__(secret.encode())

    def hook_url(self, public_url: str, job_id: str) -> str:
        """Return the address that the provider calls for this job."""
        return public_url + PATH.format(job_id=job_id, tag=self.tag(job_id))


class SelfCallTags(_Tags):
    """What we answer when we call ourselves; anybody may ask, and it opens nothing else."""

    def __init__(self, secret: str) -> None:
        super().__init__(hmac.digest(secret.encode(), b"self-call", hashlib.sha256))


class ReferenceTags(_Tags):
    """The tags of links to attached images; seeing them does not help to forge callback tags."""

    def __init__(self, secret: str) -> None:
        super().__init__(hmac.digest(secret.encode(), b"reference images", hashlib.sha256))

    def link(self, public_url: str, reference_id: str) -> str:
        """Return the address of a kept image."""
        tag = self.tag(reference_id)
        return public_url + REFERENCE_PATH.format(reference_id=reference_id, tag=tag)

    def id_in(self, link: str, *, public_url: str | None) -> str | None:
        """Return the id of the image that a link of ours shows; None: it is none of ours.

        A link is ours if its tag is right, also at a former address of the bot, or if it leads to
        our present address: with a wrong tag it shows nothing, so the id is empty.
        """
        found = _REFERENCE_LINK.fullmatch(link)
        if found is None:
            return None
        if self.is_right(found["id"], found["tag"]):
            return found["id"]
        leads_here = public_url is not None and link.startswith(f"{public_url}/reference/")
        return "" if leads_here else None
