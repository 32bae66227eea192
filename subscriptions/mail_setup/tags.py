"""Records made of tags, as DKIM and DMARC have them: `v=DKIM1; k=rsa; p=…` (RFC 6376, 3.2)."""


def parsed(text: str) -> dict[str, str]:
    """The tags by their names, in their order; of a repeated one the first."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            found.setdefault(name.strip().lower(), "".join(value.split()))
    return found
