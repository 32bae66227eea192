"""A thousand readers who send a byte a second (Slowloris, 2009): in the head of a request, or in the body of a form."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TypedDict

from benchmarks.pages.rounds import Contender, sample

NUMBER = 1_000
OPEN_IN = 5  # seconds
SECONDS = 6  # for which the others ask
OTHERS = 4
HEAD = "GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Slow: "
# Django compares a form's token with the cookie's, so it reads this body to the end.
BODY = (
    "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: csrftoken={token}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\naddress="
)


class Served(TypedDict):
    """How the others were served; `open` is how many slow connections the server still held at the end."""

    name: str
    slow: str
    open: int
    rate: float
    p50: float
    p99: float
    failed: int


@dataclass
class Crowd:
    """The slow ones, and how many of them the server holds."""

    host: str
    opening: bytes
    over: Event = field(default_factory=Event)
    open: int = 0

    async def come(self) -> None:
        await asyncio.gather(*(self._one() for _one in range(NUMBER)))

    async def _one(self) -> None:
        name, _colon, port = self.host.partition(":")
        with suppress(OSError):
            reading, writing = await asyncio.open_connection(name, int(port))
            self.open += 1
            try:
                await self._send(reading, writing)
            finally:
                self.open -= 1
                writing.close()

    async def _send(self, reading: asyncio.StreamReader, writing: asyncio.StreamWriter) -> None:
        """A byte a second, until all is over or the server answers or hangs up: it has had enough."""
        writing.write(self.opening)
        while not self.over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(reading.read(1), 1)
                return
            writing.write(b"a")


@contextmanager
def crowd(host: str, opening: str) -> Iterator[Crowd]:
    """So many slow connections, once they are open or as many as can be."""
    found = Crowd(host, opening.encode())
    thread = Thread(target=lambda: asyncio.run(found.come()))
    thread.start()
    until = time.monotonic() + OPEN_IN
    while found.open < NUMBER and time.monotonic() < until:
        time.sleep(0.1)
    try:
        yield found
    finally:
        found.over.set()
        thread.join()


def served(contender: Contender, form: str) -> list[Served]:
    """How others are served in peace, beside slow heads, and beside slow bodies that are sent to the form."""
    host = contender.server.origin.removeprefix("http://")
    openings = {
        "heads": HEAD.format(path=contender.path, host=host),
        "bodies": BODY.format(path=form, host=host, token="a" * 32),
    }
    found = [_asked(contender, "none", None)]
    for slow, opening in openings.items():
        with crowd(host, opening) as others:
            found.append(_asked(contender, slow, others))
    return found


def _asked(contender: Contender, slow: str, others: Crowd | None) -> Served:
    run = sample(contender, "identity", SECONDS, OTHERS).run
    return {
        "name": contender.server.name,
        "slow": slow,
        "open": others.open if others else 0,
        "rate": run.rate,
        "p50": run.p50,
        "p99": run.p99,
        "failed": run.failed,
    }
