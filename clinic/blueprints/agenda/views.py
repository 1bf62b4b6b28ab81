from flask import Blueprint, render_template

bp = Blueprint("agenda", __name__)


@bp.get("/meetings/<uuid:meeting_id>/agenda")
def show(meeting_id):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])
