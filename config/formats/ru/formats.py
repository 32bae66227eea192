"""Russian formats: Django's own, with the ISO date accepted as in the other languages."""

DATE_INPUT_FORMATS = ["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d"]
