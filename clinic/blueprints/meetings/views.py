from flask import Blueprint, render_template

bp = Blueprint("meetings", __name__)


@bp.get("/meetings")
def index():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/panels/<uuid:panel_id>/meetings")
def of_panel(panel_id):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/meetings/<uuid:meeting_id>")
def show(meeting_id):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])
