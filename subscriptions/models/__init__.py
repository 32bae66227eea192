"""People, the sendings of issues to them, and the addresses that get nothing any more."""

from subscriptions.models.people import (
    DAY,
    LEASE,
    LINK_AGE,
    MAILS_A_DAY,
    Cadence,
    ConfirmationMail,
    Consent,
    FormerLink,
    SignUp,
    Subscriber,
)
from subscriptions.models.sendings import Delivery, Pace, Sending
from subscriptions.models.statistics import Headcount
from subscriptions.models.suppressions import Departure, Suppression, TakenReport
from subscriptions.models.tallies import Tally

__all__ = [
    "DAY",
    "LEASE",
    "LINK_AGE",
    "MAILS_A_DAY",
    "Cadence",
    "ConfirmationMail",
    "Consent",
    "Delivery",
    "Departure",
    "FormerLink",
    "Headcount",
    "Pace",
    "Sending",
    "SignUp",
    "Subscriber",
    "Suppression",
    "TakenReport",
    "Tally",
]
