"""Bringing a back catalogue in. The format is described in docs/archive.md.

`read` checks every line before anything is written; `write` is one transaction.
"""

from commentaries.archive.reading import Archive, ArchiveError, read
from commentaries.archive.writing import Report, write

__all__ = ["Archive", "ArchiveError", "Report", "read", "write"]
