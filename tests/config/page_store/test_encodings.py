import gzip

import brotli
import pytest

from config.page_store.encodings import COMPRESS, best


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("br;q=0, *", "gzip"),
        ("br;q=much", "identity"),
        ("", "identity"),
        ("zstd", "identity"),
    ],
)
def test_the_best_that_is_accepted(accepted: str, encoding: str) -> None:
    assert best(accepted) == encoding


def test_what_is_compressed_comes_out_again() -> None:
    text = b"The bridge and the port. " * 100
    assert brotli.decompress(COMPRESS["br"](text)) == text
    assert gzip.decompress(COMPRESS["gzip"](text)) == text
    assert COMPRESS["gzip"](text) == COMPRESS["gzip"](text)
