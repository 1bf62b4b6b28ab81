from flask import Blueprint, render_template

bp = Blueprint("minutes", __name__)


@bp.get("/meetings/<uuid:meeting_id>/minutes")
def draft(meeting_id):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/minutes/<uuid:version_id>")
def read(version_id):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])
