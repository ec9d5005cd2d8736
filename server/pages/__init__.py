"""Doors for people: HTML pages and the static files they need."""
