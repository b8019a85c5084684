"""What makes two texts of an article the same text."""

from hashlib import sha256

from storage.clean_text import clean

# Leads every hash. A change of the rules below takes the next number, so old hashes are never mistaken for new ones.
EDITION = b"\x01"


def content_hash(title: str, summary: str, text: str) -> bytes:
    """Return the hash that makes a version: SHA-256 over the three texts, each tagged and length-prefixed.

    Runs of blanks count as one, so a re-wrapped paragraph is no new version. Empty fields are left out: a field added
    in a later release does not change the hashes of texts that lack it.
    """
    digest = sha256(EDITION)
    for tag, field in enumerate((title, summary, text), start=1):
        collapsed = " ".join(clean(field).split()).encode()
        if collapsed:
            digest.update(bytes([tag]) + len(collapsed).to_bytes(8, "big") + collapsed)
    return digest.digest()
