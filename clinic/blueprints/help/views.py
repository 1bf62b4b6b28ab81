"""Definitions, privacy, accessibility; and whether the service is well."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from clinic.services import health as pulse
from clinic.web.work import office

bp = Blueprint("help", __name__)
# Calendar programs must reach /cal/: some ask first. Everything else is nobody's to index.
ROBOTS = "User-agent: *\nAllow: /cal/\nDisallow: /\n"


@bp.get("/help")
def index():
    return render_template("help/index.html")


@bp.get("/help/privacy")
def privacy():
    return render_template("help/privacy.html")


@bp.get("/help/accessibility")
def accessibility():
    return render_template("help/accessibility.html")


@bp.get("/health")
def health():
    """Say whether the database answers, and nothing else."""
    well = pulse.answers(office())
    return Response("ok\n" if well else "the database does not answer\n", 200 if well else 503, mimetype="text/plain")


@bp.get("/robots.txt")
def robots():
    return Response(ROBOTS, mimetype="text/plain")
