"""DKIM: whether the key is published with which the mail server signs (RFC 6376)."""

import base64
import binascii
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from subscriptions.mail_setup.findings import Finding, missing, right, unknown, worth_mending
from subscriptions.mail_setup.resolving import Resolver
from subscriptions.mail_setup.tags import parsed

SHORTEST, SHORT = 1024, 2048  # bits (RFC 8301, 3.2)
ED25519_BYTES = 32  # RFC 8463, 3


def check(resolver: Resolver, domain: str, selector: str) -> Iterator[Finding]:
    if not selector:
        yield unknown(
            "DKIM: DKIM_SELECTOR is not set. Set it to the selector with which your mail server or provider signs, "
            "and the key is looked at. Large mailbox providers refuse newsletters that nobody signed."
        )
        return
    name = f"{selector}._domainkey.{domain}"
    records = [tags for tags in map(parsed, resolver.ask(name, "TXT")) if "p" in tags]
    if len(records) == 1:
        yield from _of_record(name, records[0])
    else:
        several = f"{len(records)} keys where it may have one" if records else "no key"
        yield missing(f"DKIM: {name} has {several}. Publish there the key with which your mail server signs.")


def _of_record(name: str, tags: dict[str, str]) -> Iterator[Finding]:
    if not tags["p"]:
        yield missing(f"DKIM: the key at {name} is revoked (its p= is empty).")
        return
    if tags.get("v", "DKIM1") != "DKIM1":
        yield missing(f"DKIM: the record at {name} begins with v={tags['v']} and must with v=DKIM1.")
        return
    yield _of_key(name, tags.get("k", "rsa").lower(), tags["p"])
    if "y" in tags.get("t", "").split(":"):
        yield worth_mending(f"DKIM: {name} says that it is only tested (t=y). Take that out.")


def _of_key(name: str, kind: str, text: str) -> Finding:
    try:
        content = base64.b64decode(text, validate=True)
        if kind == "ed25519":
            return _of_ed25519(name, content)
        key = load_der_public_key(content)
        if not isinstance(key, RSAPublicKey):
            raise ValueError(kind)
    except (binascii.Error, ValueError):
        return missing(f"DKIM: what {name} publishes is no key. Look for a character that was lost or added.")
    if key.key_size < SHORTEST:
        return missing(f"DKIM: the key at {name} is shorter than {SHORTEST} bits, so signatures with it are ignored.")
    if key.key_size < SHORT:
        return worth_mending(f"DKIM: the key at {name} has {key.key_size} bits. Make a new one of {SHORT}.")
    return right(f"DKIM: {name} has an RSA key of {key.key_size} bits.")


def _of_ed25519(name: str, content: bytes) -> Finding:
    if len(content) != ED25519_BYTES:
        raise ValueError(content)
    return worth_mending(
        f"DKIM: {name} has an Ed25519 key, which many mailbox providers do not read. Sign with an RSA key, too."
    )
