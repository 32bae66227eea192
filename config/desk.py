"""How the desk looks: Unfold's settings. The accent is the site's."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "commentaries.admin.navigation.site_name",
    "SITE_HEADER": "commentaries.admin.navigation.site_name",
    "SITE_URL": reverse_lazy("door"),
    "SITE_SYMBOL": "newsmode",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("icon.svg")}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "SHOW_BACK_BUTTON": False,
    "BORDER_RADIUS": "4px",
    "DASHBOARD_CALLBACK": "commentaries.admin.navigation.first_page",
    "STYLES": [lambda request: static("desk/desk.css")],
    "SCRIPTS": [
        lambda request: static("desk/desk.js"),
        lambda request: static("desk/saved.js"),
        lambda request: static("desk/choices.js"),
        lambda request: static("desk/select2-be.js"),
    ],
    "SIDEBAR": {
        "show_search": False,
        "command_search": False,
        "show_all_applications": False,
        "navigation": "commentaries.admin.navigation.sidebar",
    },
    "ACCOUNT": {"navigation": "commentaries.admin.navigation.account_links"},
    "COLORS": {
        # Ink on paper: greys with a little warmth.
        "base": {
            "50": "#faf9f7",
            "100": "#f2f0ec",
            "200": "#e4e0d9",
            "300": "#cfc9bf",
            "400": "#a39c90",
            "500": "#78726a",
            "600": "#56514b",
            "700": "#3f3b37",
            "800": "#2a2725",
            "900": "#1c1a19",
            "950": "#121110",
        },
        "primary": {
            "50": "#f1f3fb",
            "100": "#e1e5f6",
            "200": "#c6cef0",
            "300": "#aebcff",
            "400": "#7d8fdc",
            "500": "#7c90e6",
            "600": "#2a3f8f",
            "700": "#25377d",
            "800": "#202e68",
            "900": "#1b2654",
            "950": "#111834",
        },
    },
}
