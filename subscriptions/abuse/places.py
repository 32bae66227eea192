"""How many confirmations a mailbox and a domain get, whoever asks for them: what is too many waits.

It is counted where mail leaves, not where it is asked for, so that the form does the same work whatever comes of it.
"""

from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.db.models import Min
from django.utils import timezone

from subscriptions.abuse.counting import Limit, end_of_hour, is_exceeded
from subscriptions.abuse.mailboxes import domain_of, mailbox_of
from subscriptions.addresses import lookup_of
from subscriptions.models import DAY, ConfirmationMail, SignUp

A_MOMENT = timedelta(seconds=15)
# In an hour: a small domain may be one person's. A list of 900 colleagues gets through before its sign-ups age.
OF_A_DOMAIN = Limit("domain", 20)
# Where very many strangers have their mailboxes: what all of these get says nothing about one of them.
PROVIDERS = """
    gmail.com proton.me yandex.ru mail.ru bk.ru inbox.ru list.ru internet.ru rambler.ru tut.by
    outlook.com hotmail.com live.com msn.com icloud.com me.com mac.com yahoo.com ymail.com aol.com
    gmx.de gmx.net gmx.com web.de t-online.de wp.pl o2.pl onet.pl op.pl interia.pl ukr.net i.ua meta.ua
    seznam.cz inbox.lv one.lt fastmail.com tutanota.com tuta.com tuta.io riseup.net posteo.de
"""
UNCOUNTED = frozenset(PROVIDERS.split())


def take_place(sign_up: SignUp) -> ConfirmationMail | None:
    """A place among the mails of this address's mailbox and domain; None where it has been told to wait.

    Runs in the transaction that claims the sign-up.
    """
    mailbox, domain = _recipient(sign_up)
    place, now = ConfirmationMail.objects.take(mailbox), timezone.now()
    if place is None:
        sign_up.postpone(max(_free_at(mailbox, now) - now, A_MOMENT))
        return None
    if sign_up.attempts == 0 and _has_had_enough(domain):  # another attempt is no other mail
        place.delete()
        sign_up.postpone(end_of_hour() - now + A_MOMENT)
        return None
    return place


def _recipient(sign_up: SignUp) -> tuple[str, str]:
    """The mailbox, as a lookup, and the domain."""
    try:
        address = sign_up.address.reveal()
    except InvalidToken:  # no mail can be made either, which is for the worker to say
        return sign_up.lookup, ""
    return lookup_of(mailbox_of(address)), domain_of(address)


def _free_at(mailbox: str, now: datetime) -> datetime:
    """When a place of the mailbox will be free."""
    oldest: datetime | None = ConfirmationMail.objects.filter(lookup=mailbox).aggregate(at=Min("taken_at"))["at"]
    return oldest + DAY if oldest else now


def _has_had_enough(domain: str) -> bool:
    return bool(domain) and domain not in UNCOUNTED and is_exceeded({OF_A_DOMAIN: domain})
