"""One spelling for an address, so that all ways in which browsers and old links write it are found.

It is spelt as people read it (an IRI, RFC 3987): percent-encoding undone but for what has a meaning, no slash at the
end, parameters in order.
"""

import re
from unicodedata import normalize
from urllib.parse import parse_qsl, quote, unquote

# What an IRI may not hold, and what would part it elsewhere if it were not encoded.
IN_PATH = re.compile(r"[\x00-\x20\x7f-\xa0%?#/\\\"<>^`{|}]")
IN_QUERY = re.compile(r"[\x00-\x20\x7f-\xa0%#&=+\\\"<>^`{|}]")
ENCODED_SLASH = re.compile("%2F", re.IGNORECASE)
ONE_SLASH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
LONGEST = 500  # characters
MOST_PARAMETERS = 10  # of an asked address; each is looked for by itself
Pairs = list[tuple[str, str]]


def is_path(address: str) -> bool:
    """Whether it begins with one slash and names no host, whatever a browser makes of it (WHATWG URL, 4.4)."""
    return ONE_SLASH.fullmatch(address) is not None


def _encoded(text: str, meant: re.Pattern[str]) -> str:
    return meant.sub(lambda match: quote(match[0], safe=""), normalize("NFC", text))


def spelt_path(path: str) -> str:
    """The path with every part spelt as people read it; a slash at its end stays."""
    return "/".join(_encoded(unquote(part), IN_PATH) for part in path.split("/"))


def _joined(path: str, pairs: Pairs) -> str:
    words = [[_encoded(word, IN_QUERY) for word in pair if word] for pair in sorted(pairs)]
    query = "&".join("=".join(pair) for pair in words)
    return f"{path}?{query}" if query else path


def _taken_apart(address: str) -> tuple[str, Pairs]:
    path, _mark, query = address.partition("#")[0].partition("?")
    path = ENCODED_SLASH.sub("/", path)  # servers hand both on as the same (WSGI's PATH_INFO)
    return spelt_path(path).rstrip("/") or "/", parse_qsl(query, keep_blank_values=True)


def spelt(address: str) -> str:
    """The one spelling of an old address: path, and parameters if it has any."""
    return _joined(*_taken_apart(address))


def spellings(address: str) -> list[str]:
    """What may stand in the table for an asked address, the most exact first.

    Who passes a link on often adds a parameter (`?fbclid=…`): so each parameter counts alone, too, and then the path.
    """
    path, pairs = _taken_apart(address)
    alone = [_joined(path, [pair]) for pair in pairs[:MOST_PARAMETERS]]
    return list(dict.fromkeys([_joined(path, pairs), *alone, path]))
