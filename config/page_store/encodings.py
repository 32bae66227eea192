"""How a page crosses the network: each page is compressed once for each way, when somebody first asks for that."""

import gzip
from collections.abc import Callable
from functools import lru_cache

import brotli

IDENTITY = "identity"
LEAST = 200  # bytes, below which nothing is gained
COMPRESSIBLE = (
    "text/",
    *("application/xml", "application/json", "application/atom+xml", "application/rss+xml", "application/feed+json"),
)


def _brotli(content: bytes) -> bytes:
    compressed: bytes = brotli.compress(content, quality=7)
    return compressed


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=6, mtime=0)  # without the time: the same page is the same bytes


COMPRESS: dict[str, Callable[[bytes], bytes]] = {"br": _brotli, "gzip": _gzip}  # the better one first


@lru_cache(256)
def best(accepted: str) -> str:
    """The best of our encodings that a request's Accept-Encoding allows (RFC 9110, 12.5.3)."""
    weights = dict(map(_weighed, accepted.lower().split(",")))
    return next((name for name in COMPRESS if weights.get(name, weights.get("*", 0.0)) > 0), IDENTITY)


def _weighed(part: str) -> tuple[str, float]:
    """A coding and its weight; 0, which refuses it, for a weight that is no number."""
    name, _semicolon, weight = part.partition(";")
    try:
        return name.strip(), float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        return name.strip(), 0.0
