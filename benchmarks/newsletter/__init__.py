"""How fast the newsletter goes out, beside Postfix's own source, Django's `send_messages` and django-newsletter."""
