from flask import Blueprint, render_template

bp = Blueprint("nominations", __name__)


@bp.get("/nominations")
def index():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/nominations/<uuid:nomination_id>")
def show(nomination_id):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])
