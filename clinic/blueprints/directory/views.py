from flask import Blueprint, render_template

bp = Blueprint("directory", __name__)


@bp.get("/directory")
def index():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/panels/<uuid:panel_id>/members")
def members(panel_id):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])
