"""How long after a change any process still answers with the page as it was."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import TypedDict

from benchmarks.pages.ours import LANGUAGES, our_server
from benchmarks.pages.servers import Server

PROCESSES = 4
CHANGES = 8
ASKERS = 2
WATCHED = 1.5  # seconds after each change


class Fresh(TypedDict):
    """Seconds from the end of a change's transaction to the end of the last answer that does not know of it."""

    median: float
    longest: float


def fresh(folder: Path, path: str) -> Fresh:
    """A headline changes, again and again, while every answer comes over a new connection: to whichever process."""
    with our_server("four processes", folder, path, workers=PROCESSES) as server:
        for _time in range(10 * PROCESSES):
            server.get(path)
        lasted = [_lasted(server, path, f"{number + 1}: новы загаловак") for number in range(CHANGES)]
    return {"median": median(lasted), "longest": max(lasted)}


def _lasted(server: Server, path: str, headline: str) -> float:
    from commentaries.models import Commentary

    *_before, week, section, _end = path.split("/")
    row = Commentary.objects.get(issue__week_start=week, section__slug=section)
    setattr(row, f"title_{LANGUAGES[0]}", headline)
    row.save()
    changed = time.monotonic()

    def last(_asker: int) -> float:
        found = changed
        while time.monotonic() < changed + WATCHED:
            if headline.encode() not in server.get(path).body:
                found = time.monotonic()
        return found

    with ThreadPoolExecutor(ASKERS) as askers:
        return max(askers.map(last, range(ASKERS))) - changed
