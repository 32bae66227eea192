"""What a browser does with the page that asks for a proof of work."""

import json
import re
from html import unescape

from altcha import Challenge, Payload, solve_challenge
from django.test import Client

PATH = "/en/subscribe/"
WISH = {"address": "reader@example.org", "language": "be"}


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


def challenge_of(page: str) -> Challenge:
    found = re.search(r'data-challenge="([^"]+)"', page)
    assert found
    return Challenge.from_dict(json.loads(unescape(found[1])))


def solved(page: str) -> str:
    challenge = challenge_of(page)
    solution = solve_challenge(challenge)
    assert solution
    return Payload(challenge, solution).to_base64()


def shown(client: Client) -> str:
    return client.get(PATH).content.decode()
