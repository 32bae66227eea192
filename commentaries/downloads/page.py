"""A volume as one HTML file: style and pictures inside, nothing fetched from anywhere, so it opens from a disk."""

import base64
import hashlib
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.translation import override
from lxml import html

from commentaries.downloads import Volume
from commentaries.downloads.markup import lead_to_the_site, parse, place_pictures

STYLE = (Path(__file__).parent / "page.css").read_text()
DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# What the file itself allows, wherever it is opened (CSP 3): its own style, its own pictures.
POLICY = {
    "default-src": ["'none'"],
    "style-src": [f"'sha256-{DIGEST}'"],
    "img-src": ["data:"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
}


def page(volume: Volume) -> bytes:
    policy = "; ".join(f"{name} {' '.join(sources)}" for name, sources in POLICY.items())
    with override(volume.language):
        context = {"volume": volume, "publication": volume.publication, "policy": policy}
        tree = parse(render_to_string("downloads/page.html", context))
    tree.find(".//style").text = STYLE
    lead_to_the_site(tree)
    place_pictures(tree, lambda found: found.data_address)
    return bytes(html.tostring(tree, encoding="utf-8", doctype="<!doctype html>"))
