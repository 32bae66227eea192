"""Postfix's smtp-sink, which throws away what it takes and counts it, and the smtp-source that fills it fastest."""

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen, run

from benchmarks.debian import unpacked
from tests.processes import free_port

PORT = free_port()


class Counted:
    """How many mails a sink took."""

    def __init__(self, log: Path) -> None:
        self.log = log

    def mails(self) -> int:
        found = re.findall(rb"mesg=(\d+)", self.log.read_bytes()[-200:])
        return int(found[-1]) if found else 0


def postfix(program: str) -> tuple[list[str], dict[str, str]]:
    """One of Postfix's own test programs, and the environment that lets it find its libraries."""
    place = unpacked("postfix", "postfix")
    found = str(place / "usr" / "sbin" / program)
    return [found], {**os.environ, "LD_LIBRARY_PATH": str(place / "usr" / "lib" / "postfix")}


@contextmanager
def sink(folder: Path) -> Iterator[Counted]:
    """A sink that listens on our port."""
    command, environment = postfix("smtp-sink")
    log = folder / "sink.log"
    with (
        log.open("wb") as file,
        Popen(
            ["stdbuf", "-o0", *command, "-u", "nobody", "-c", f"127.0.0.1:{PORT}", "200"],
            env=environment,
            stdout=file,
            stderr=file,
        ) as process,
    ):
        time.sleep(0.5)
        try:
            yield Counted(log)
        finally:
            process.send_signal(signal.SIGTERM)


def ceiling(folder: Path, number: int, size: int) -> float:
    """What Postfix's own source sends over eight connections: so many mails, of so many bytes."""
    command, environment = postfix("smtp-source")
    with sink(folder) as counted:
        started = time.perf_counter()
        options = ["-s", "8", "-m", str(number), "-l", str(size), "-f", "us@example.org", "-t", "you@example.org"]
        run([*command, *options, f"127.0.0.1:{PORT}"], env=environment, check=True)
        return counted.mails() / (time.perf_counter() - started)
