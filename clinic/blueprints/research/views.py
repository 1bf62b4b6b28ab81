from flask import Blueprint, render_template

bp = Blueprint("research", __name__)


@bp.get("/research")
def index():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/research/<uuid:request_id>")
def show(request_id):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])
