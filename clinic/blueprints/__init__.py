"""Areas of the service, registered in menu order."""

from importlib import import_module

from flask import Flask

AREAS = ("accounts", "panels", "cases", "closings", "clocks", "incidents", "orders", "flags", "handovers", "disputes",
         "urgent", "emergencies", "advocacy", "contacts", "addresses", "risks", "matches", "search", "nominations",
         "drafts", "imports", "meetings", "declarations", "interests", "research", "agenda", "additions", "presenting",
         "hearings", "minutes", "actions", "feeds", "directory", "post", "audit", "help")


def register(app: Flask) -> None:
    """Register every area."""
    for area in AREAS:
        app.register_blueprint(import_module(f"clinic.blueprints.{area}.views").bp)
