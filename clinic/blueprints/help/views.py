from flask import Blueprint, render_template

bp = Blueprint("help", __name__)


@bp.get("/help")
def index():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/help/privacy")
def privacy():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/help/accessibility")
def accessibility():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/health")
def health():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/robots.txt")
def robots():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])
