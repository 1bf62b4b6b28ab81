from flask import Blueprint, render_template

bp = Blueprint("actions", __name__)


@bp.get("/actions")
def index():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/actions/<uuid:action_id>")
def show(action_id):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])
