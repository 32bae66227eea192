"""A weekly in Wagtail, with the same sections, texts and pictures as our demo."""
