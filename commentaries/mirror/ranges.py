"""A large file in parts, so that a download that broke off goes on where it was (RFC 9110, 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus

from django.core.files import File
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

ONE_RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})")
CHUNK = 64 * 1024


def in_parts(request: HttpRequest, file: File[bytes], size: int, etag: str) -> HttpResponseBase:
    """The file, or the one part of it that was asked for. It is read as it is sent, never as a whole."""
    asked = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if not asked or not any(asked.groups()) or request.headers.get("If-Range", etag) != etag:
        return FileResponse(file, headers={"Accept-Ranges": "bytes", "ETag": etag, "Content-Length": str(size)})
    first, last = _bounds(asked["first"], asked["last"], size)
    if first > last:
        file.close()
        status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        return HttpResponse(status=status, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(_part(file, first, last), status=HTTPStatus.PARTIAL_CONTENT)
    response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    response.headers["Content-Length"] = str(last - first + 1)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = etag
    return response


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and the last byte; "-500" means the last five hundred. What is not there ends before it begins."""
    if not first:
        return max(size - int(last), 0) if int(last) else size, size - 1
    if last and int(last) < int(first):
        return size, 0
    return int(first), min(int(last) if last else size - 1, size - 1)


def _part(file: File[bytes], first: int, last: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        left = last - first + 1
        while left and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
