from flask import Blueprint, render_template

bp = Blueprint("cases", __name__)


@bp.get("/cases")
def index():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/cases/<uuid:case_id>")
def show(case_id):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/cases/<uuid:case_id>/journal")
def journal(case_id):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])
