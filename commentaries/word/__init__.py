"""Commentaries written in Word: a file is opened behind guards, converted to our HTML, and its parts recognised.

Nothing here asks or changes the database; what the publication has (sections, analysts) is handed in.
"""

from commentaries.word.converting import convert
from commentaries.word.opening import MAX_SIZE, Unreadable, opened
from commentaries.word.recognising import Known, Recognised, recognise

__all__ = ["MAX_SIZE", "Known", "Recognised", "Unreadable", "read"]


def read(name: str, content: bytes, known: Known) -> Recognised:
    """What stands in a file; raises Unreadable with a sentence that names it."""
    return recognise(name, convert(name, opened(name, content)), known)
