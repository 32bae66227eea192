"""Which addresses one person reads. Only for limits: merged by mistake, two people share a few mails a day."""

# The domains of one provider with which every mailbox can be written.
SAME = {
    "googlemail.com": "gmail.com",
    "pm.me": "proton.me",
    "protonmail.com": "proton.me",
    "ya.ru": "yandex.ru",
    "yandex.by": "yandex.ru",
    "yandex.com": "yandex.ru",
    "yandex.kz": "yandex.ru",
}


def mailbox_of(address: str) -> str:
    """The address without what many providers do not look at: +tag and dots (Gmail), and the provider's other names.

    Takes a normalised address.
    """
    local, _at, _domain = address.rpartition("@")
    return f"{local.partition('+')[0].replace('.', '') or local}@{domain_of(address)}"


def domain_of(address: str) -> str:
    domain = address.rpartition("@")[2]
    return SAME.get(domain, domain)
