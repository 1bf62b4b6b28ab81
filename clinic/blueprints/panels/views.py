from flask import Blueprint, render_template

bp = Blueprint("panels", __name__)


@bp.get("/")
def home():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/panels")
def index():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/panels/<uuid:panel_id>")
def show(panel_id):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/panels/<uuid:panel_id>/rules")
def rules(panel_id):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])
