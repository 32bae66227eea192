"""The least that an application can do under our web server: to give one of two answers that are ready.

What stands between it and nginx is the server, what stands between it and the page store is ours.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

FILE = Path(os.environ["BENCH_PAGE"])  # beside it is its gzip twin
PAGE, COMPRESSED = FILE.read_bytes(), FILE.with_name(f"{FILE.name}.gz").read_bytes()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    body, headers = PAGE, [("Content-Type", "text/html; charset=utf-8")]
    if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        body, headers = COMPRESSED, [*headers, ("Content-Encoding", "gzip")]
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [body]
