from flask import Blueprint, render_template

bp = Blueprint("audit", __name__)


@bp.get("/audit")
def index():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/audit/mine")
def mine():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])
