"""A browser's part at the desk: the form as the page shows it, filled in and sent back."""

from typing import Any

from django.test import Client
from lxml import html

from commentaries.models import User


def desk(user: User) -> Client:
    """A client in which this person is logged in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def parsed(page: bytes) -> Any:
    """The page as a tree; html5lib, which also says what is invalid, takes as long as the page took to be made."""
    return html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8"))


def fields(page: bytes, form_id: str) -> dict[str, Any]:
    """What the form with this id would send as it stands, submit buttons and empty inline rows left out."""
    form = next(node for node in parsed(page).iter("form") if node.get("id") == form_id)
    found: dict[str, Any] = {}
    for node in form.iter():
        name = node.get("name")
        if name and "__prefix__" not in name and (value := _value(node)) is not None:
            found.setdefault(name, []).extend(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _value(node: Any) -> list[str] | None:
    kind = node.tag
    if kind == "textarea":
        return [(node.text or "").removeprefix("\n")]
    if kind == "select":
        options = [option for option in node.iter("option") if option.get("selected") is not None]
        return [option.get("value", "") for option in options] or None
    if kind != "input" or node.get("type") in ("submit", "file"):
        return None
    if node.get("type") in ("checkbox", "radio"):
        return [node.get("value", "on")] if node.get("checked") is not None else None
    return [node.get("value", "")]


def open_form(client: Client, url: str, model: str) -> dict[str, Any]:
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return fields(response.content, f"{model}_form")


def save(client: Client, url: str, model: str, **changes: Any) -> Any:
    """Open a form, change some of its fields, and send it; a change to None leaves the field out."""
    data = open_form(client, url, model) | changes
    return client.post(url, {name: value for name, value in data.items() if value is not None})


def errors(response: Any) -> list[str]:
    """All sentences with which a form came back."""
    assert response.status_code == 200, f"saved: {response.status_code}"
    form = response.context["adminform"].form
    found = [str(error) for errors in form.errors.values() for error in errors]
    for inline in response.context["inline_admin_formsets"]:
        found += [str(error) for row in inline.formset.errors for errors in row.values() for error in errors]
    return found
