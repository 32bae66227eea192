"""How the desk looks: Unfold's settings. The accent is the site's."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "commentaries.admin.navigation.site_name",
    "SITE_HEADER": "commentaries.admin.navigation.site_name",
    "SITE_URL": reverse_lazy("door"),
    "SITE_SYMBOL": "newsmode",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "SHOW_BACK_BUTTON": False,
    "BORDER_RADIUS": "4px",
    "DASHBOARD_CALLBACK": "commentaries.admin.navigation.first_page",
    "STYLES": [lambda request: static("desk/desk.css")],
    "SCRIPTS": [lambda request: static("desk/desk.js")],
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
            "50": "#fdf4f0",
            "100": "#fae5dc",
            "200": "#f3c8b6",
            "300": "#e9a487",
            "400": "#dd7d58",
            "500": "#c85c36",
            "600": "#a94424",
            "700": "#8c371e",
            "800": "#702d1a",
            "900": "#5a2517",
            "950": "#33130b",
        },
    },
}
