"""A server of any make on a port of its own: started, waited for, measured and stopped."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from subprocess import STDOUT, Popen, TimeoutExpired
from urllib.error import URLError
from urllib.request import Request, urlopen

TICK = os.sysconf("SC_CLK_TCK")  # of a processor's time, a second
STARTS_IN = 40  # seconds
STOPS_IN = 10
SETTLES_IN = 5
LOOK, BUSY = 0.1, 0.02  # how often it is looked at, and how much of the processor in that time is work


@dataclass(frozen=True)
class Answer:
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Server:
    """A running server. It leads a session of its own, by which the processes that it starts are known."""

    name: str
    origin: str
    session: int

    def get(self, path: str, encoding: str = "identity") -> Answer:
        request = Request(self.origin + path, headers={"Accept-Encoding": encoding})  # noqa: S310  # a server of ours
        with urlopen(request, timeout=20) as response:  # noqa: S310
            return Answer(response.read(), {name.lower(): value for name, value in response.headers.items()})

    def processor_seconds(self) -> float:
        """The processor's time that all its processes have taken, for themselves and within the kernel.

        See proc_pid_stat(5): utime and stime are the 14th and 15th fields, the second is a name in brackets.
        """
        return sum(sum(map(int, fields[11:13])) for _pid, fields in self._processes()) / TICK

    def settle(self) -> None:
        """Wait until it works on nothing any more: what was asked last is still under way when the asking ends."""
        before, until = -1.0, time.monotonic() + SETTLES_IN
        while (now := self.processor_seconds()) - before > BUSY and time.monotonic() < until:
            before = now
            time.sleep(LOOK)

    def memory(self) -> list[float]:
        """MB of each of its processes; a page of memory that several share counts in each in part (PSS)."""
        return sorted((_proportional(pid) for pid, _fields in self._processes()), reverse=True)

    def _processes(self) -> Iterator[tuple[int, list[str]]]:
        """Each process, with the fields of its stat behind the name; the fourth of them is the session."""
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[3]) == self.session:
                    yield int(stat.parent.name), fields


def _proportional(pid: int) -> float:
    with suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        return int(found[1]) / 1024 if found else 0.0
    return 0.0


@contextmanager
def serving(
    name: str, command: Sequence[str], port: int, *, path: str, log: Path, environment: dict[str, str], folder: Path
) -> Iterator[Server]:
    """This command, once it answers at `path`; stopped at the end, it and what it started."""
    with log.open("wb") as file:
        process = Popen(command, cwd=folder, env=environment, stdout=file, stderr=STDOUT, start_new_session=True)
    server = Server(name, f"http://127.0.0.1:{port}", process.pid)
    try:
        _wait(server, path, process.poll, log)
        yield server
    finally:
        _stop(process)


def _wait(server: Server, path: str, ended: Callable[[], int | None], log: Path) -> None:
    until = time.monotonic() + STARTS_IN
    while time.monotonic() < until and ended() is None:
        with suppress(URLError, ConnectionError, TimeoutError):
            if server.get(path).body:
                return
        time.sleep(0.1)
    raise SystemExit(f"{server.name} does not answer {HTTPStatus.OK} at {path}:\n{log.read_text()[-3000:]}")


def _stop(process: Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(TimeoutExpired):
        process.wait(STOPS_IN)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
