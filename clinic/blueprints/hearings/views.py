from flask import Blueprint, render_template

bp = Blueprint("hearings", __name__)


@bp.get("/meetings/<uuid:meeting_id>/hearing")
def live(meeting_id):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/hearings/<uuid:hearing_id>")
def show(hearing_id):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/hearings/<uuid:hearing_id>/pulse")
def pulse(hearing_id):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])
