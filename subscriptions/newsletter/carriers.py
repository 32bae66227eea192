"""Those who take letters to the mail server: a few connections, each in a thread of its own; or Django's own way.

They know letters and outcomes, and nothing of the database.
"""

import queue
import smtplib
import threading
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
from subscriptions.newsletter.smtp import Channel, ClosedError, Letter

Settled = tuple[int, Outcome]


class Carriers(Protocol):
    """What the engine asks of them. `put` does not wait for a letter to be sent; `settled` waits a while for news."""

    def put(self, drafts: Iterable[Draft]) -> None: ...
    def settled(self, enough: int, patience: float) -> dict[int, Outcome]: ...
    def is_away(self) -> bool: ...
    def close(self) -> dict[int, Outcome]: ...


def carriers(desk: Desk, most: int) -> Carriers:
    """As many connections as that many letters are worth. Raises MailServerAwayError where not even one opens."""
    connection = open_connection()
    if isinstance(connection, EmailBackend) and connection.connection:
        return Connections(desk, connection, most)
    return OneByOne(desk, connection)


class Connections:
    """Connections to a mail server that share one pile of letters."""

    def __init__(self, desk: Desk, first: EmailBackend, most: int) -> None:
        self.desk = desk
        self.pile: queue.SimpleQueue[Letter | None] = queue.SimpleQueue()
        self.news: queue.SimpleQueue[Settled] = queue.SimpleQueue()
        opened: list[EmailBackend | None] = [first, *[None] * (most - 1)]
        self.threads = [threading.Thread(target=self._carry, args=[one], daemon=True) for one in opened]
        for thread in self.threads:
            thread.start()

    def put(self, drafts: Iterable[Draft]) -> None:
        for draft in drafts:
            self.pile.put(self.desk.letter(draft))

    def settled(self, enough: int, patience: float) -> dict[int, Outcome]:
        """What became of letters since the last call: of so many at least, unless that takes longer than `patience`."""
        found: dict[int, Outcome] = {}
        with suppress(queue.Empty):
            while True:
                key, outcome = self.news.get(timeout=patience) if len(found) < enough else self.news.get_nowait()
                found[key] = outcome
        return found

    def is_away(self) -> bool:
        """Whether no connection is left, because none could be opened any more."""
        return not any(thread.is_alive() for thread in self.threads)

    def close(self) -> dict[int, Outcome]:
        """Let each finish the letter in hand; what became of the last ones, those that nobody took among them."""
        untouched = self._take_back()
        for _thread in self.threads:
            self.pile.put(None)
        for thread in self.threads:
            thread.join()
        return self.settled(0, 0) | untouched | self._take_back()

    def _take_back(self) -> dict[int, Outcome]:
        found = {}
        with suppress(queue.Empty):
            while True:
                letter = self.pile.get_nowait()
                if letter:
                    found[letter.key] = UNTOUCHED
        return found

    def _carry(self, backend: EmailBackend | None) -> None:
        """A thread's work: open a connection when there is a letter, and another when that one broke."""
        channel = _channel(backend)
        while letter := self.pile.get():
            try:
                if channel is None:
                    backend = self._open()
                    channel = _channel(backend)
                if channel:
                    channel.carry(self._from(letter), self._settle)
            except MailServerAwayError:
                self._settle(letter.key, UNTOUCHED)
                return
            except ClosedError:
                _leave(backend)
                channel = None
        _leave(backend)

    def _from(self, first: Letter) -> Callable[[], Letter | None]:
        """This letter, then what lies on the pile; None when nothing does just now."""
        waiting = [first]

        def letters() -> Letter | None:
            if waiting:
                return waiting.pop()
            with suppress(queue.Empty):
                letter = self.pile.get_nowait()
                if letter is None:  # the sign to end is read by who looks for a first letter
                    self.pile.put(None)
                return letter
            return None

        return letters

    def _settle(self, key: int, outcome: Outcome) -> None:
        self.news.put((key, outcome))

    def _open(self) -> EmailBackend:
        backend = open_connection()
        if not isinstance(backend, EmailBackend):
            raise MailServerAwayError(type(backend).__name__)
        return backend


def _channel(backend: EmailBackend | None) -> Channel | None:
    return Channel(backend.connection) if backend and backend.connection else None


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
