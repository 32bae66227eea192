"""Whether a mailbox is gone, from what its server said: who is taken for gone is erased, so only plain words count.

A refusal of our mail, our server or our domain says nothing of the mailbox: one entry in a blocklist must not erase all
readers of a provider. So whatever does not name the mailbox or its domain is a soft bounce.
"""

import re

# RFC 3463, 3.2: no such mailbox, no such domain, no address, moved; RFC 7505, 4.2: a domain that takes no mail. Not
# 5.2.1, "disabled": Gmail says it of a mailbox that gets much mail at once, too.
DEAD = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}
STATUS = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])")
# What servers say that give no status, or one that says nothing (5.0.0), or another (5.7.1 for every refusal).
UNKNOWN = re.compile(
    r"\b(?:no such|unknown|invalid) (?:local )?(?:user|mailbox|recipient|account)\b"
    r"|\b(?:user|mailbox|recipient|account|address)\b[^.;:]{0,40}"
    r"\b(?:unknown|not found|no longer exists|does ?n[o']t exist|(?:does|could) not exist)\b"
    r"|\bunrouteable address\b",
    re.IGNORECASE,
)
OURS = re.compile(r"\bsender\b", re.IGNORECASE)  # "Sender address rejected: … user unknown": it is us they do not know


def is_gone(said: str) -> bool | None:
    """By the statuses and words of the server that gave the mail up; None where they say nothing of it."""
    statuses = set(STATUS.findall(said)) - {"5.0.0"}
    if OURS.search(said) or any(one.startswith("4.") for one in statuses):
        return False
    if statuses & DEAD or UNKNOWN.search(said):
        return True
    return False if statuses else None
