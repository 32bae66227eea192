"""The site's revision, and what is kept in memory while it stands.

A process asks the database for it four times a second (`watching`), never once a request. Whatever is kept says of
which revision it is; when that has passed, it is made anew.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from commentaries.revision.watching import Revision, watch

__all__ = ["watch", "while_it_stands"]

P = ParamSpec("P")
T = TypeVar("T")

MOST_KEPT = 1000  # values of one function


def while_it_stands(make: Callable[P, T]) -> Callable[P, T]:
    """Keep what a function makes of its arguments until the revision is another.

    What hangs on the reader's language takes that as an argument.

    In a process that does not watch (a command, a test) it is made each time. What is kept was read after its revision
    was: it may be newer than that, never older. It is shared by all requests: nobody changes what it says.
    """
    values: tuple[Revision | None, dict[object, T]] = (None, {})

    @wraps(make)
    def kept(*args: P.args, **kwargs: P.kwargs) -> T:
        nonlocal values
        revision = watch.known()
        if revision is None:
            return make(*args, **kwargs)
        own = values
        if own[0] is not revision or len(own[1]) >= MOST_KEPT:
            own = values = (revision, {})
        key = (args, *kwargs.items())
        if key not in own[1]:
            own[1][key] = make(*args, **kwargs)
        return own[1][key]

    return kept
