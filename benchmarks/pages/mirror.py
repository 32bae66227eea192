"""How fast the whole site is written down as files."""

import time
from pathlib import Path

from benchmarks.pages.results import Mirror


def mirror(folder: Path) -> Mirror:
    """One export of the demo into an empty folder, by the code of `manage.py export_site`."""
    from commentaries.mirror.exporting import export

    start = time.perf_counter()
    done = export(folder)
    return {"files": done.written, "seconds": time.perf_counter() - start}
