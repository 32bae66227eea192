"""Sending what is due of the newsletter: reserve, mark, hand over, settle.

One thread talks to the database and, in between, to the mail server. When half of the letters in hand are settled the
next are marked, and never more than NEWSLETTER_IN_FLIGHT are: that many are in doubt when a worker is killed.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from subscriptions.bounces.taking import count_refused
from subscriptions.delivery import MailServerAwayError
from subscriptions.models import Delivery, Sending
from subscriptions.newsletter import ledger, pacing, preparing, sending
from subscriptions.newsletter.carriers import Carriers, carriers
from subscriptions.newsletter.letters import Desk, Draft
from subscriptions.newsletter.outcomes import UNTOUCHED, Outcome, Result

FEWEST_RESERVED, MOST_RESERVED = 50, 1000
SOON = 5.0  # seconds: who needs new rows sooner takes twice as many
PATIENCE = 0.25  # seconds, after which what is settled is noted, however little
WAITS_FOR_DATABASE = 120.0  # seconds: less than the lease
LETTERS_A_CONNECTION = 6  # fewer are not worth opening one

Tick = Callable[[int], object]


def send_due(is_stopping: Callable[[], bool], tick: Tick = lambda number: None) -> bool:
    """Send all that is due; says whether there may be more. Raises MailServerAwayError.

    `tick` is called with the number of mails that were sent since the last call.
    """
    ledger.take_back_left()
    prepare_all(is_stopping)
    count_refused(is_stopping)
    if is_stopping():  # perhaps before all were counted: then what they belong to is not finished
        return False
    ledger.finish()
    if not Delivery.objects.due().exists():
        return False
    desk = Desk()
    first = desk.drafts(ledger.reserve(FEWEST_RESERVED))
    if not first:
        return True
    most = min(settings.NEWSLETTER_CONNECTIONS, 1 + len(first) // LETTERS_A_CONNECTION)
    try:
        crew = carriers(desk, most)
    except MailServerAwayError:
        ledger.release(draft.delivery for draft in first)
        raise
    return Round(desk, crew, first, tick).run(is_stopping)


def prepare_all(is_stopping: Callable[[], bool]) -> None:
    """Start what is to start by itself, and write the rows of all that has started."""
    sending.start_due()
    for row in Sending.objects.running().filter(prepared_at=None):
        while not is_stopping() and preparing.prepare(row):
            pass


class Round:
    """The sending of what is due, over carriers that are open, until nothing is left or somebody says stop."""

    def __init__(self, desk: Desk, crew: Carriers, first: Iterable[Draft], tick: Tick) -> None:
        self.desk, self.crew, self.tick = desk, crew, tick
        self.waiting = deque(first)  # reserved
        self.in_hand: dict[int, Draft] = {}  # marked, and with the carriers
        self.unnoted: dict[int, Outcome] = {}  # what became of some of them, until the database knows
        self.portion = FEWEST_RESERVED
        self.reserved_at = time.monotonic()
        self.free_at = 0.0  # by time.monotonic(): before it the pace allows nothing
        self.slowed: set[str] = set()
        self.asked_at = float("-inf")

    def run(self, is_stopping: Callable[[], bool]) -> bool:
        try:
            while not self.crew.is_away():
                self.unnoted |= self.crew.settled(*self._wanted())
                if is_stopping():
                    return True
                self._wait_for_the_pace()
                self._refill()
                self.crew.put(self._go_on())
                if not self.in_hand and not self.waiting:
                    self._refill()  # with what has come back to the ledger just now
                    if not self.waiting:
                        return False
            raise MailServerAwayError("no connection is left")
        finally:
            self.unnoted |= self.crew.close()
            self._give_back()

    def _give_back(self) -> None:
        """Note what is known of each row, and release the others. A database that is away is waited for, for a while.

        What was sent would else be in doubt when the lease ends, though we know better.
        """
        until = time.monotonic() + WAITS_FOR_DATABASE
        while True:
            try:
                with transaction.atomic():
                    self._note()
                    ledger.release(draft.delivery for draft in self.waiting)
            except (OperationalError, InterfaceError):
                if connection.in_atomic_block or time.monotonic() > until:
                    raise
                connection.close()
                time.sleep(PATIENCE)
            else:
                self._forget()
                return

    def _wanted(self) -> tuple[int, float]:
        """How many outcomes are worth noting, and how long to wait for them."""
        if not self.in_hand:
            return 0, 0
        return min(len(self.in_hand), max(1, settings.NEWSLETTER_IN_FLIGHT // 2)), PATIENCE

    def _wait_for_the_pace(self) -> None:
        left = self.free_at - time.monotonic()
        if left > 0 and not self.in_hand:
            time.sleep(min(left, PATIENCE))

    def _refill(self) -> None:
        """Reserve more where little is left: the faster it goes, the more at once."""
        if len(self.waiting) >= settings.NEWSLETTER_IN_FLIGHT:
            return
        now = time.monotonic()
        self.portion *= 2 if now - self.reserved_at < SOON else 1
        self.portion = min(self.portion, MOST_RESERVED)
        self.reserved_at = now
        self.waiting += self.desk.drafts(ledger.reserve(self.portion))

    def _go_on(self) -> list[Draft]:
        """Note what was settled and mark the next, in one transaction: those may go out once it is committed."""
        drafts: list[Draft] = []
        try:
            with transaction.atomic():
                self._note()
                drafts = self._admitted(settings.NEWSLETTER_IN_FLIGHT - len(self.in_hand) + len(self.unnoted))
                marked = ledger.mark(draft.delivery for draft in drafts) if drafts else set()
                ledger.release(draft.delivery for draft in drafts if draft.delivery not in marked)
        except DatabaseError:  # the marks may have been committed or not; surely none of these was handed over
            self.waiting += drafts
            self.unnoted |= {draft.delivery: UNTOUCHED for draft in drafts}
            raise
        self._forget()
        going = [draft for draft in drafts if draft.delivery in marked]
        self.in_hand |= {draft.delivery: draft for draft in going}
        return going

    def _note(self) -> None:
        ledger.settle(self.unnoted)
        impatient = [self._key(self.in_hand[key], one) for key, one in self.unnoted.items() if one.asks_for_patience]
        if impatient:
            pacing.slow_down(impatient)
            self.asked_at = float("-inf")

    def _forget(self) -> None:
        """What is noted, once that is committed."""
        for key in self.unnoted:
            self.in_hand.pop(key, None)
        if self.unnoted:
            self.tick(sum(outcome.result is Result.SENT for outcome in self.unnoted.values()))
        self.unnoted.clear()

    def _key(self, draft: Draft, outcome: Outcome) -> str:
        """Who asked for patience: with 421 the server that takes all our mail."""
        return pacing.ALL if outcome.code == 421 else pacing.key_of(draft.domain)

    def _admitted(self, most: int) -> list[Draft]:
        """The next drafts that the pace allows. A domain that is too busy gives its place to others."""
        if time.monotonic() < self.free_at:
            return []
        drafts = [self.waiting.popleft() for _number in range(min(most, len(self.waiting)))]
        self._ask_who_is_slowed()
        if settings.NEWSLETTER_DOMAIN_RATE or self.slowed:
            drafts = self._of_domains(drafts)
        if drafts and (settings.NEWSLETTER_RATE or pacing.ALL in self.slowed):
            may, free_at = pacing.take(pacing.ALL, len(drafts))
            self.waiting.extendleft(reversed(drafts[may:]))
            drafts = drafts[:may]
            self.free_at = time.monotonic() + (free_at - timezone.now()).total_seconds()
        return drafts

    def _of_domains(self, drafts: list[Draft]) -> list[Draft]:
        """Those that the pace of their domain allows; the others are given back until it does."""
        by_key: dict[str, list[Draft]] = {}
        for draft in drafts:
            by_key.setdefault(pacing.key_of(draft.domain), []).append(draft)
        admitted: list[Draft] = []
        for key in sorted(by_key):  # in one order everywhere, so that no two workers wait for each other
            may, rows = len(by_key[key]), by_key[key]
            if settings.NEWSLETTER_DOMAIN_RATE or key in self.slowed:
                may, free_at = pacing.take(key, len(rows))
                ledger.release((draft.delivery for draft in rows[may:]), until=free_at)
            admitted += rows[:may]
        return admitted

    def _ask_who_is_slowed(self) -> None:
        """Once a second: whoever answers a worker that it should slow down tells all of them."""
        if time.monotonic() - self.asked_at > 1:
            self.slowed, self.asked_at = pacing.slowed(), time.monotonic()
