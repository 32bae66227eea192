"""Addresses of an earlier site: how they are spelt, which the site needs itself, and where a reader is led."""
