"""Those who take letters to the mail server: a few connections, talked over by turns; or Django's own way.

They know letters and outcomes, and nothing of the database.
"""

import selectors
import smtplib
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Protocol

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from subscriptions import delivery
from subscriptions.delivery import MailServerAwayError, open_connection
from subscriptions.newsletter.letters import Desk, Draft
from subscriptions.newsletter.outcomes import LOST, SENT, UNTOUCHED, Outcome, of_reply
from subscriptions.newsletter.smtp import LONGEST_WAIT, Channel, ClosedError, Letter


class Carriers(Protocol):
    """What the engine asks of them. `put` hands letters over; in `settled` they are sent, for a while."""

    def put(self, drafts: Iterable[Draft]) -> None: ...
    def settled(self, enough: int, patience: float) -> dict[int, Outcome]: ...
    def is_away(self) -> bool: ...
    def close(self) -> dict[int, Outcome]: ...


def carriers(desk: Desk, most: int) -> Carriers:
    """As many connections as that many letters are worth. Raises MailServerAwayError where not even one opens."""
    connection = _greeted()
    if isinstance(connection, EmailBackend) and connection.connection:
        return Connections(desk, connection, most)
    return OneByOne(desk, connection)


class Connections:
    """Connections to a mail server that share one pile of letters. All of them are talked over in `settled`."""

    def __init__(self, desk: Desk, first: EmailBackend, most: int) -> None:
        self.desk, self.most = desk, most
        self.pile: deque[tuple[Draft, float]] = deque()  # and until when its text may be handed over
        self.news: dict[int, Outcome] = {}
        self.selector = selectors.DefaultSelector()
        self.backends: dict[Channel, EmailBackend] = {}
        self.can_open = True
        self._add(first)

    def put(self, drafts: Iterable[Draft]) -> None:
        until = time.monotonic() + LONGEST_WAIT
        self.pile += ((draft, until) for draft in drafts)

    def settled(self, enough: int, patience: float) -> dict[int, Outcome]:
        """What became of letters since the last call: of so many at least, unless that takes longer than `patience`."""
        until = time.monotonic() + patience
        self._give_up_overdue()
        while self._begin() and len(self.news) < enough and (left := until - time.monotonic()) > 0:
            self._go_on(left)
        found = dict(self.news)
        self.news.clear()
        return found

    def is_away(self) -> bool:
        """Whether no connection is left, because none could be opened any more."""
        return not self.backends and not self.can_open

    def close(self) -> dict[int, Outcome]:
        """Let each finish the letter in hand; what became of the last ones, those that nobody took among them."""
        self._take_back()
        while self._busy():
            self._go_on(patience=1)
            self._give_up_overdue()
        self.selector.close()
        for backend in self.backends.values():
            _leave(backend)
        self.backends.clear()
        return self.settled(0, 0)

    def _take_back(self) -> None:
        self.news |= {draft.delivery: UNTOUCHED for draft, _until in self.pile}
        self.pile.clear()

    def _begin(self) -> bool:
        """See to it that the letters on the pile are taken up; says whether any is being sent."""
        if self.pile and len(self.backends) == len(self._busy()) < self.most and self.can_open:
            self._open()
        for channel in list(self.backends):
            if self.pile and channel.is_idle:
                self._let(channel, channel.begin)
        if self.is_away():
            self._take_back()
        return bool(self._busy())

    def _busy(self) -> list[Channel]:
        return [channel for channel in self.backends if not channel.is_idle]

    def _go_on(self, patience: float) -> None:
        for key, _events in self.selector.select(patience):
            self._let(key.data, key.data.go_on)

    def _let(self, channel: Channel, do: Callable[[], None]) -> None:
        """Let a channel do this, wait for what it then waits for, and leave it where it broke."""
        try:
            do()
        except ClosedError:
            self._end(channel)
        else:
            if self.selector.get_key(channel.socket).events != channel.events:
                self.selector.modify(channel.socket, channel.events, channel)

    def _give_up_overdue(self) -> None:
        for channel in self._busy():
            if channel.is_overdue():
                channel.give_up()
                self._end(channel)

    def _next(self) -> Letter | None:
        if not self.pile:
            return None
        draft, until = self.pile.popleft()
        return self.desk.letter(draft)._replace(until=until)

    def _open(self) -> None:
        try:
            backend = _greeted()
        except MailServerAwayError:
            self.can_open = False
            return
        if isinstance(backend, EmailBackend):
            self._add(backend)

    def _add(self, backend: EmailBackend) -> None:
        if backend.connection:
            channel = Channel(backend.connection, self._next, self.news.__setitem__)
            self.selector.register(channel.socket, channel.events, channel)
            self.backends[channel] = backend

    def _end(self, channel: Channel) -> None:
        """Without good-bye: nobody listens, or a text is waited for that does not come."""
        self.selector.unregister(channel.socket)
        backend = self.backends.pop(channel)
        if backend.connection:
            backend.connection.close()


def _greeted() -> BaseEmailBackend:
    """A connection whose server has said what it can do: Django asks only where it logs in."""
    backend = open_connection()
    if isinstance(backend, EmailBackend) and backend.connection:
        try:
            backend.connection.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerAwayError(type(error).__name__) from error
    return backend


def _leave(backend: EmailBackend | None) -> None:
    """QUIT where the server still listens. It may be slow to say good-bye, and nobody waits for that."""
    if backend and backend.connection:
        with suppress(OSError, smtplib.SMTPException):
            if backend.connection.sock:
                backend.connection.sock.settimeout(2)
            backend.close()


class OneByOne:
    """Django's own way of sending, for backends that keep or print mail instead of handing it to a server."""

    def __init__(self, desk: Desk, backend: BaseEmailBackend) -> None:
        self.desk = desk
        self.backend = backend
        self.news: dict[int, Outcome] = {}

    def put(self, drafts: Iterable[Draft]) -> None:
        for draft in drafts:
            message = self.desk.message(draft)
            message.connection = self.backend
            self.news[draft.delivery] = _of_single(message)

    def settled(self, enough: int, patience: float) -> dict[int, Outcome]:
        found, self.news = self.news, {}
        return found

    def is_away(self) -> bool:
        return False

    def close(self) -> dict[int, Outcome]:
        with suppress(OSError):
            self.backend.close()
        return self.settled(0, 0)


def _of_single(message: EmailMessage) -> Outcome:
    outcome, _cause = delivery.hand_over(message)
    match outcome:
        case delivery.Outcome.SENT:
            return SENT
        case delivery.Outcome.REFUSED:
            return of_reply(550)
        case delivery.Outcome.LATER:
            return of_reply(450)
    return LOST
